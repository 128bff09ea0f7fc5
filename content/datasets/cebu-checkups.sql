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

-- How many of each week's patients came by 29 March: those who said yes, who never answered, and who were ticked at the desk.
CREATE TABLE quotas (clinic TEXT, answer TEXT, week INTEGER, came INTEGER);
INSERT INTO quotas VALUES
  ('Mandaue', 'yes', 0, 36), ('Mandaue', 'yes', 1, 39), ('Mandaue', 'yes', 2, 38), ('Mandaue', 'yes', 3, 16),
  ('Mandaue', 'desk', 0, 4), ('Mandaue', 'desk', 1, 1), ('Mandaue', 'desk', 2, 2),
  ('Lahug', 'yes', 0, 26), ('Lahug', 'yes', 1, 19), ('Lahug', 'yes', 2, 15), ('Lahug', 'yes', 3, 8),
  ('Lahug', 'silent', 0, 17), ('Lahug', 'silent', 1, 14), ('Lahug', 'silent', 2, 12), ('Lahug', 'silent', 3, 5),
  ('Lahug', 'desk', 0, 2), ('Lahug', 'desk', 1, 2), ('Lahug', 'desk', 2, 1), ('Lahug', 'desk', 3, 1),
  ('Talisay', 'yes', 0, 21), ('Talisay', 'yes', 1, 19), ('Talisay', 'yes', 2, 11), ('Talisay', 'yes', 3, 7),
  ('Talisay', 'desk', 2, 1);

-- Seen two to six days after the tap, some of them seven to nine days after; the last week only as far as it goes.
INSERT INTO events
WITH people AS (
  SELECT id, clinic, tapped_at, id % 28 // 7 AS week, id % 28 % 7 AS weekday, id * 367 % 601 AS lot, id * 151 % 601 AS other,
         CASE WHEN id % 25 = 2 THEN 'desk'
              WHEN id % 10 < CASE clinic WHEN 'Mandaue' THEN 8 WHEN 'Lahug' THEN 6 ELSE 9 END THEN 'yes' ELSE 'silent' END AS answer
  FROM bookings WHERE id <= 600),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY clinic, answer, week
                               ORDER BY lot + CASE WHEN week = 3 THEN 90 * weekday ELSE 0 END) AS place
  FROM people WHERE week < 3 OR weekday < 5),
visitors AS (
  SELECT r.*, ROW_NUMBER() OVER (PARTITION BY r.week ORDER BY r.week = 2 AND r.weekday > 3, r.other) AS turn
  FROM ranked r JOIN quotas q ON q.clinic = r.clinic AND q.answer = r.answer AND q.week = r.week AND r.place <= q.came)
SELECT CASE WHEN id % 15 = 1 AND tapped_at < TIMESTAMP '2026-03-28' THEN 5000 + id ELSE id END, 'seen',
       tapped_at + INTERVAL 90 MINUTE
         + to_days(CASE WHEN turn <= CASE week WHEN 0 THEN 30 WHEN 1 THEN 29 WHEN 2 THEN 8 ELSE 0 END
                        THEN 7 + lot % 6 // 3 + lot % 6 // 5
                        WHEN week = 3 THEN 2 + lot % (5 - weekday)
                        ELSE 2 + lot % 5 END)
FROM visitors;
DROP TABLE quotas;

-- Of every 25 one was confirmed by the desk only after the visit.
INSERT INTO events
SELECT b.id, 'confirmed', e.happened_at + INTERVAL 30 MINUTE
FROM bookings b JOIN events e ON e.booking_id = b.id AND e.name = 'seen'
WHERE b.patient_id % 25 = 2;
