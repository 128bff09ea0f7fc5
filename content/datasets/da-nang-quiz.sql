-- Cua, a quiz game from Da Nang: 400 players of May 2026 and their rounds. All times are UTC, Vietnam is UTC+7.
CREATE TABLE players (id INTEGER, channel TEXT, joined_at TIMESTAMP);
CREATE TABLE rounds (player_id INTEGER, played_at TIMESTAMP);

-- 100 players a week from Monday 4 May; a quarter each at 06:10, 12:30, 19:40 and 22:15 in Vietnam.
INSERT INTO players
SELECT i, CASE WHEN i % 10 < 4 THEN 'zalo' WHEN i % 10 < 7 THEN 'school' WHEN i % 10 < 9 THEN 'friend' END,
       TIMESTAMP '2026-05-04 00:00:00' + to_days((i - 1)::INTEGER // 100 * 7 + (i // 4 % 7)::INTEGER)
       + to_minutes(CASE i % 4 WHEN 0 THEN 370 WHEN 1 THEN 750 WHEN 2 THEN 1180 ELSE 1335 END)
       - INTERVAL 7 HOUR
FROM range(1, 401) AS numbers(i);

-- Sittings in Vietnam's time: the first; two hours later; next morning 06:30; later evenings.
CREATE TABLE sittings AS
SELECT id, joined_at + INTERVAL 7 HOUR AS begins FROM players
UNION ALL
SELECT id, joined_at + INTERVAL 9 HOUR FROM players WHERE id % 4 < 2 AND id % 3 = 0
UNION ALL
SELECT id, date_trunc('day', joined_at + INTERVAL 7 HOUR) + to_minutes(1440 + 390) FROM players
WHERE id % 4 = 3 AND id % 5 < 3 OR id % 4 = 0 AND id % 5 = 0
UNION ALL
SELECT id, date_trunc('day', joined_at + INTERVAL 7 HOUR) + to_minutes(1440 + 1215) FROM players
WHERE id % 4 IN (1, 2) AND id % 5 = 1
UNION ALL
SELECT id, date_trunc('day', joined_at + INTERVAL 7 HOUR) + to_minutes(1440 * 7 + 1230) FROM players
WHERE id % 6 = 0
UNION ALL
SELECT id, date_trunc('day', joined_at + INTERVAL 7 HOUR) + to_minutes(1440 * (8 + id % 6) + 1200) FROM players
WHERE id % 10 IN (4, 5) OR id % 20 IN (1, 9)
UNION ALL
SELECT id, date_trunc('day', joined_at + INTERVAL 7 HOUR) + to_minutes(1440 * (15 + id % 8) + 385) FROM players
WHERE id % 10 = 4 OR id % 20 = 9 OR id % 25 = 2;

INSERT INTO rounds
SELECT id, begins - INTERVAL 7 HOUR + to_minutes(6 * k) FROM sittings, range(3) AS numbers(k)
WHERE k <= id % 3;
DROP TABLE sittings;
