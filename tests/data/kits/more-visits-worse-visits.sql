-- 2,000 users an arm, drawn at their first visit. old: 378 private buyers (386 orders), 2 dealers (14 orders).
-- new: 378 private buyers (390 orders), 6 dealers (60 orders).
CREATE TABLE users (id INTEGER PRIMARY KEY, arm TEXT NOT NULL, dealer INTEGER NOT NULL);
CREATE TABLE visits (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, came_by TEXT NOT NULL, ordered INTEGER NOT NULL);
CREATE TABLE n (i INTEGER PRIMARY KEY);
INSERT INTO n WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 2000) SELECT i FROM k;
INSERT INTO users SELECT i, 'old', i <= 2 FROM n UNION ALL SELECT 2000 + i, 'new', i <= 6 FROM n;
-- Orders.
INSERT INTO visits (user_id, came_by, ordered)
SELECT d.i, 'direct', 1 FROM n d JOIN n o ON o.i <= 7 WHERE d.i <= 2
UNION ALL SELECT i, 'direct', 1 FROM n WHERE i BETWEEN 3 AND 380 UNION ALL SELECT i, 'direct', 1 FROM n WHERE i BETWEEN 3 AND 10
UNION ALL SELECT 2000 + d.i, 'mail', 1 FROM n d JOIN n o ON o.i <= 10 WHERE d.i <= 6
UNION ALL SELECT 2000 + i, 'direct', 1 FROM n WHERE i BETWEEN 7 AND 384 UNION ALL SELECT 2000 + i, 'direct', 1 FROM n WHERE i BETWEEN 7 AND 18;
-- Visits without an order: 3,600 and 4,550. Of the new arm's visits 1,100 came by the alert's mail, 60 of them with an order.
INSERT INTO visits (user_id, came_by, ordered)
SELECT i, 'direct', 0 FROM n UNION ALL SELECT i, 'direct', 0 FROM n WHERE i <= 1600
UNION ALL SELECT 2000 + i, 'direct', 0 FROM n UNION ALL SELECT 2000 + i, 'direct', 0 FROM n WHERE i <= 1510
UNION ALL SELECT 2000 + i, 'mail', 0 FROM n WHERE i <= 1040;
