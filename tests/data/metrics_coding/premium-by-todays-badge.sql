-- 400 members in March: 100 premium, 300 basic. Since then 60 went up and 20 went down.
CREATE TABLE members (id INTEGER PRIMARY KEY, plan TEXT);
CREATE TABLE visits (member_id INTEGER, month TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO members SELECT i, CASE WHEN i <= 80 OR i BETWEEN 101 AND 160 THEN 'premium' ELSE 'basic' END
FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
INSERT INTO visits SELECT id, '2026-03' FROM members, n WHERE i <=
  CASE WHEN id <= 80 THEN 7 WHEN id <= 100 THEN 2 WHEN id <= 160 THEN 12 ELSE 4 END;
