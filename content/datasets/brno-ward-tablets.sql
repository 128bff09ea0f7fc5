-- A hospital in Brno, two nights and two days in March 2026: what nurses tapped on the ward's tablets.
CREATE TABLE nurses (id INTEGER, shift TEXT);
CREATE TABLE taps (nurse_id INTEGER, tablet TEXT, tapped_at TIMESTAMP);

INSERT INTO nurses
SELECT i, CASE WHEN i <= 6 THEN 'night' ELSE 'day' END FROM range(1, 13) AS numbers(i);

-- first nurse, last nurse, begin, taps of a round (one every two minutes)
CREATE TABLE rounds (low INTEGER, high INTEGER, begins TIMESTAMP, taps INTEGER);
INSERT INTO rounds VALUES
  (1, 3, '2026-03-09 20:00:00', 10), (4, 6, '2026-03-09 20:25:00', 10),
  (1, 3, '2026-03-09 23:50:00', 12), (4, 6, '2026-03-10 00:18:00', 12),
  (1, 3, '2026-03-10 04:00:00', 8),  (4, 6, '2026-03-10 04:20:00', 8),
  (2, 5, '2026-03-10 02:00:00', 1),
  (7, 9, '2026-03-10 08:00:00', 14), (10, 10, '2026-03-10 08:10:00', 14),
  (11, 12, '2026-03-10 08:32:00', 14), (7, 9, '2026-03-10 13:00:00', 10),
  (10, 12, '2026-03-10 13:25:00', 10), (8, 12, '2026-03-10 16:00:00', 1);

-- Nurse 10 has the fourth tablet, the others share three. The second day is like the first.
INSERT INTO taps
SELECT n, CASE n WHEN 10 THEN 'T4' ELSE 'T' || (1 + (n - 1) % 3) END,
       begins + to_days(day::INTEGER) + to_minutes(2 * k)
         + to_seconds(CASE WHEN taps = 1 THEN 7 * n ELSE 0 END)
FROM rounds, range(1, 13) AS numbers(n), range(14) AS tapped(k), range(2) AS days(day)
WHERE n BETWEEN low AND high AND k < taps;

-- A weak signal: one tap in five is stored twice, to the second.
INSERT INTO taps
SELECT nurse_id, tablet, tapped_at FROM taps
WHERE (nurse_id + minute(tapped_at) // 2) % 5 = 0;
DROP TABLE rounds;
