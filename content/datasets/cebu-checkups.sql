-- A clinic group in Cebu: check-ups booked by phone in March 2026, all times in UTC (Manila less 8 hours).
CREATE TABLE bookings (id INTEGER, patient_id INTEGER, clinic TEXT, tapped_at TIMESTAMP);
CREATE TABLE events (booking_id INTEGER, name TEXT, happened_at TIMESTAMP);

-- 600 patients over 28 days from Monday, 2 March; each taps between 06:00 and 21:00 in Manila.
INSERT INTO bookings
SELECT i, i, CASE WHEN i <= 280 THEN 'Mandaue' WHEN i <= 480 THEN 'Lahug' ELSE 'Talisay' END,
       TIMESTAMP '2026-03-02 06:00:00' - INTERVAL 8 HOUR + to_days(i % 28) + to_minutes((i * 37) % 900)
FROM range(1, 601) AS numbers(i);

-- Every eighth taps twice, every fortieth a third time; every fifteenth books again, half of them on the same day.
INSERT INTO bookings
SELECT 1000 + id, patient_id, clinic, tapped_at + INTERVAL 40 SECOND FROM bookings WHERE id % 8 = 0;
INSERT INTO bookings
SELECT 1000 + id, patient_id, clinic, tapped_at + INTERVAL 70 SECOND FROM bookings
WHERE id > 1000 AND patient_id % 40 = 0;
INSERT INTO bookings
SELECT 5000 + id, patient_id, clinic, tapped_at + to_hours(CASE WHEN id % 30 = 1 THEN 2 ELSE 26 END) FROM bookings
WHERE id <= 600 AND id % 15 = 1 AND tapped_at < TIMESTAMP '2026-03-28';

-- A text message confirms each booking, repeats included; some people never answer it.
INSERT INTO events
SELECT id, 'confirmed', tapped_at + to_minutes(20 + patient_id % 50) FROM bookings
WHERE patient_id % 10 < CASE clinic WHEN 'Mandaue' THEN 8 WHEN 'Lahug' THEN 6 ELSE 9 END
  AND patient_id % 25 <> 2;

-- Seen two to eight days after the tap: most who confirmed, and in Lahug many who did not.
INSERT INTO events
SELECT CASE WHEN id % 15 = 1 AND tapped_at < TIMESTAMP '2026-03-28' THEN 5000 + id ELSE id END, 'seen',
       tapped_at + to_days(2 + id % 7) + INTERVAL 90 MINUTE
FROM bookings
WHERE id <= 600 AND id % 4 <> CASE clinic WHEN 'Mandaue' THEN 1 ELSE 3 END
  AND (id % 10 < 8 OR clinic = 'Lahug')
  AND tapped_at + to_days(2 + id % 7) < TIMESTAMP '2026-03-29 16:00:00';

-- Of every 25 one was confirmed by the desk only after the visit.
INSERT INTO events
SELECT b.id, 'confirmed', e.happened_at + INTERVAL 30 MINUTE
FROM bookings b JOIN events e ON e.booking_id = b.id AND e.name = 'seen'
WHERE b.patient_id % 25 = 2;
