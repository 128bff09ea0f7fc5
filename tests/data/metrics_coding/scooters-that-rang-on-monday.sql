-- 4,300 rides of four days; the harbour's mast was down from Saturday 00:00 to Monday 06:00,
-- and 280 reports were sent twice when it came back.
CREATE TABLE ride_reports (ride_id INTEGER, started_at TEXT, received_at TEXT);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1199),
  days(day, first_id, rides, stuck) AS (VALUES ('2026-10-02', 10000, 1200, 0),
    ('2026-10-03', 20000, 1120, 480), ('2026-10-04', 30000, 980, 420), ('2026-10-05', 40000, 1000, 0))
INSERT INTO ride_reports SELECT first_id + i, day || ' 12:00', 
  CASE WHEN i < stuck THEN '2026-10-05 06:00' ELSE day || ' 12:00' END
FROM days, n WHERE i < rides;
INSERT INTO ride_reports SELECT ride_id, started_at, '2026-10-05 06:05' FROM ride_reports
  WHERE ride_id BETWEEN 20000 AND 20279;
