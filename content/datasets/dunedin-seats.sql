-- A ticket shop for theatres in Dunedin: a test of a new seat map (B) in two weeks of May 2026.
CREATE TABLE assignments (visitor_id INTEGER, arm TEXT, platform TEXT, assigned_at TIMESTAMP);
CREATE TABLE purchases (id INTEGER, visitor_id INTEGER, bought_at TIMESTAMP, dollars INTEGER);

-- Week one, a festival, one in ten gets B: 1,800 and 200. Week two, half and half: 1,000 in A; in B
-- 920, because 80 old phones crashed before the assignment was stored.
INSERT INTO assignments
SELECT i, CASE WHEN i <= 1800 OR i BETWEEN 3001 AND 4000 THEN 'A' ELSE 'B' END,
       CASE WHEN i <= 1080 OR i BETWEEN 2001 AND 2120 OR i BETWEEN 3001 AND 3594 OR i BETWEEN 5001 AND 5608
            THEN 'web' ELSE 'app' END,
       CASE WHEN i <= 2200 THEN TIMESTAMP '2026-05-04 08:00:00' ELSE TIMESTAMP '2026-05-11 08:00:00' END
         + to_minutes((i * 5003) % 9000)
FROM range(1, 5921) AS numbers(i)
WHERE i <= 1800 OR i BETWEEN 2001 AND 2200 OR i BETWEEN 3001 AND 4000 OR i > 5000;

-- 60 people on the web lost their cookie: A in week one, B in week two.
INSERT INTO assignments
SELECT i, 'A', 'web', TIMESTAMP '2026-05-05 10:00:00' + to_minutes(i % 600) FROM range(7001, 7061) AS numbers(i);
INSERT INTO assignments
SELECT visitor_id, 'B', platform, assigned_at + INTERVAL 7 DAY FROM assignments WHERE visitor_id > 7000;

-- Some people had bought three days before; those orders are in the table too.
INSERT INTO purchases
SELECT visitor_id, visitor_id, assigned_at - INTERVAL 3 DAY, 40 FROM assignments
WHERE visitor_id % 30 = 29 AND visitor_id <= 1800 OR visitor_id % 50 = 49 AND visitor_id BETWEEN 2001 AND 2200
   OR visitor_id % 20 = 19 AND visitor_id BETWEEN 3001 AND 4000 OR visitor_id % 46 = 45 AND visitor_id BETWEEN 5001 AND 5920;

-- After the assignment: 216, 26, 60 and 60 buyers, and 15 of those who changed arms.
INSERT INTO purchases
SELECT 10000 + visitor_id, visitor_id, assigned_at + to_minutes(20 + visitor_id % 60), 40 FROM assignments
WHERE visitor_id % 25 < 3 AND visitor_id <= 1800 OR visitor_id * 37 % 100 < 13 AND visitor_id BETWEEN 2001 AND 2200
   OR visitor_id % 50 < 3 AND visitor_id BETWEEN 3001 AND 4000 OR visitor_id % 46 < 3 AND visitor_id BETWEEN 5001 AND 5920
   OR visitor_id % 4 = 0 AND visitor_id > 7000 AND arm = 'B';
-- One buyer in B is a school.
UPDATE purchases SET dollars = 2400 WHERE id = 15014;
INSERT INTO purchases
SELECT 10000 + id, visitor_id, bought_at + INTERVAL 1 DAY, 40 FROM purchases WHERE id > 10000 AND visitor_id % 125 = 0;

-- Every tenth visitor's assignment was stored twice.
INSERT INTO assignments
SELECT visitor_id, arm, platform, assigned_at + INTERVAL 2 HOUR FROM assignments WHERE visitor_id % 10 = 0 AND visitor_id < 7000;
