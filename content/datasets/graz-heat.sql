-- District heating in Graz: the counters of 90 houses, read at 06:00 on 14 days from 12 January 2026.
CREATE TABLE readings (house_id INTEGER, district TEXT, serial TEXT, read_at TIMESTAMP, received_at TIMESTAMP, kwh INTEGER);

-- The counter grows by 20 to 40 kWh a day; houses 81 to 84 got a new one, at 0, on the afternoon of the 18th.
INSERT INTO readings
SELECT p, CASE WHEN p <= 40 THEN 'Gries' WHEN p <= 70 THEN 'Lend' ELSE 'Jakomini' END,
       CASE WHEN p BETWEEN 81 AND 84 AND d >= 7 THEN 'N' ELSE 'H' END || p,
       TIMESTAMP '2026-01-12 06:00:00' + to_days(d::INTEGER),
       TIMESTAMP '2026-01-12 06:05:00' + to_days(d::INTEGER) + to_minutes(p % 20)
         + to_hours(CASE WHEN p <= 40 AND d IN (8, 9) AND p BETWEEN 13 AND 30 THEN 30
                         WHEN p > 70 AND d = 4 AND p % 2 = 0 THEN 80
                         WHEN p BETWEEN 41 AND 70 AND p % 5 = 0 THEN 9 ELSE 0 END),
       CASE WHEN p BETWEEN 81 AND 84 AND d >= 7 THEN (2 * d - 13) * (10 + p % 5 * 5 // 2)
            ELSE 10000 + p * 100 + d * (20 + p % 5 * 5) END
FROM range(1, 91) AS houses(p), range(14) AS days(d)
WHERE NOT (p <= 12 AND d IN (8, 9));

-- Messages that came twice; on the 20th and 21st the box in Gries sent what it had three times.
INSERT INTO readings
SELECT house_id, district, serial, read_at, received_at + INTERVAL 15 MINUTE, kwh FROM readings
WHERE (house_id + day(read_at)) % 6 = 0 OR house_id BETWEEN 13 AND 30 AND day(read_at) IN (20, 21);
INSERT INTO readings
SELECT house_id, district, serial, read_at, received_at + INTERVAL 20 MINUTE, kwh FROM readings
WHERE house_id BETWEEN 13 AND 30 AND day(read_at) IN (20, 21) AND minute(received_at) = 5 + house_id % 20;

-- Some boxes said 0 first and sent the right figure two hours after it.
INSERT INTO readings
SELECT DISTINCT house_id, district, serial, read_at, read_at + INTERVAL 4 MINUTE, 0 FROM readings
WHERE (house_id * 3 + day(read_at)) % 31 = 0;
UPDATE readings SET received_at = received_at + INTERVAL 2 HOUR
WHERE (house_id * 3 + day(read_at)) % 31 = 0 AND kwh > 0;
