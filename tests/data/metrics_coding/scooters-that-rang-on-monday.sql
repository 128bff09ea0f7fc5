-- 4,300 rides of four days; the harbour's mast was down from Saturday 00:00 to Monday 06:00,
-- and 280 reports were sent twice when it came back.
CREATE TABLE ride_reports (ride_id INTEGER, started_at TIMESTAMP, received_at TIMESTAMP);
INSERT INTO ride_reports
SELECT first_id + i, day + INTERVAL 12 HOUR,
  CASE WHEN i < stuck THEN TIMESTAMP '2026-10-05 06:00:00' ELSE day + INTERVAL 12 HOUR END
FROM (VALUES (DATE '2026-10-02', 10000, 1200, 0), (DATE '2026-10-03', 20000, 1120, 480),
    (DATE '2026-10-04', 30000, 980, 420), (DATE '2026-10-05', 40000, 1000, 0))
    AS days(day, first_id, rides, stuck),
  range(1200) AS numbers(i)
WHERE i < rides;
INSERT INTO ride_reports
SELECT ride_id, started_at, TIMESTAMP '2026-10-05 06:05:00' FROM ride_reports
WHERE ride_id BETWEEN 20000 AND 20279;
