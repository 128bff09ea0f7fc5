-- Tuul: what the scooters of the old town's depot reported, repeats included.
CREATE TABLE ride_reports (ride_id INTEGER, started_at TIMESTAMP, received_at TIMESTAMP);

-- 60 rides a day from Friday to Monday, received two minutes later ...
INSERT INTO ride_reports
SELECT i, started_at, started_at + INTERVAL 2 MINUTE
FROM (SELECT i, TIMESTAMP '2026-10-02 06:00:00' + to_days(i // 60) + to_minutes((i % 60) * 17)
        AS started_at FROM range(240) AS numbers(i));

-- ... but 25 of the weekend's rides ended by the harbour and came in on Monday morning,
UPDATE ride_reports SET received_at = TIMESTAMP '2026-10-05 06:10:00' + to_minutes(ride_id % 50)
WHERE ride_id BETWEEN 60 AND 179 AND ride_id % 5 = 0 AND ride_id <> 175;
UPDATE ride_reports SET received_at = TIMESTAMP '2026-10-05 06:10:00' WHERE ride_id IN (61, 122);

-- 9 of them twice.
INSERT INTO ride_reports
SELECT ride_id, started_at, received_at + INTERVAL 1 MINUTE FROM ride_reports
WHERE ride_id BETWEEN 60 AND 179 AND ride_id % 15 = 0 OR ride_id = 61;
