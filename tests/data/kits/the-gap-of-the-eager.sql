-- Half a year, 1 March to 30 August 2026. 60 people order every 7 days (26 times), 120 every 30 days (6 times),
-- 120 every 60 days (3 times), 300 once: 210 up to 31 July, 90 since.
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, ordered_on TEXT NOT NULL);
CREATE TABLE n (i INTEGER PRIMARY KEY);
INSERT INTO n WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 599) SELECT i FROM k;
INSERT INTO orders (customer_id, ordered_on)
SELECT c.i, date('2026-03-01', '+' || (c.i % 7 + 7 * o.i) || ' days') FROM n c JOIN n o ON o.i < 26 WHERE c.i < 60
UNION ALL SELECT c.i, date('2026-03-01', '+' || (c.i % 30 + 30 * o.i) || ' days') FROM n c JOIN n o ON o.i < 6 WHERE c.i BETWEEN 60 AND 179
UNION ALL SELECT c.i, date('2026-03-01', '+' || (c.i % 60 + 60 * o.i) || ' days') FROM n c JOIN n o ON o.i < 3 WHERE c.i BETWEEN 180 AND 299
UNION ALL SELECT i, date('2026-03-01', '+' || (i % 150) || ' days') FROM n WHERE i BETWEEN 300 AND 509
UNION ALL SELECT i, date('2026-08-01', '+' || (i % 30) || ' days') FROM n WHERE i >= 510;
