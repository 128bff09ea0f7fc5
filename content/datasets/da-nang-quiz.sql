-- Cua, a quiz game from Da Nang: 400 players of May 2026 and their rounds. All times are UTC, Vietnam is UTC+7.
CREATE TABLE players (id INTEGER, channel TEXT, joined_at TIMESTAMP);
CREATE TABLE rounds (player_id INTEGER, played_at TIMESTAMP);

-- Four weeks from Monday 4 May, about 100 players in each; they join at 06:10, 12:30, 19:40 or 22:15 in Vietnam.
CREATE TABLE newcomers AS
SELECT i::INTEGER AS id,
       CASE WHEN i * 29 % 47 < 10 THEN 0 WHEN i * 29 % 47 < 23 THEN 1 WHEN i * 29 % 47 < 35 THEN 2 ELSE 3 END AS week,
       i // 4 % 7 AS day,
       CASE WHEN i * 29 % 53 < 12 THEN 370 WHEN i * 29 % 53 < 24 THEN 750 WHEN i * 29 % 53 < 38 THEN 1180 ELSE 1335 END AS minute
FROM range(1, 401) AS numbers(i);

-- Six friends and six from schools have changed places, so that some friends come back in the second week, too.
INSERT INTO players
SELECT id, CASE WHEN id IN (45, 65, 115, 195, 275, 295) THEN 'friend' WHEN id IN (27, 77, 127, 177, 227, 277) THEN 'school'
                WHEN id % 10 < 4 THEN 'zalo' WHEN id % 10 < 7 THEN 'school' WHEN id % 10 < 9 THEN 'friend' END,
       TIMESTAMP '2026-05-04 00:00:00' + to_days((week * 7 + day)::INTEGER) + to_minutes(minute) - INTERVAL 7 HOUR
FROM newcomers;

-- Sittings in Vietnam's time: the first; two hours later; next morning 06:30; later evenings.
CREATE TABLE locals AS
SELECT id, minute, joined_at + INTERVAL 7 HOUR AS joined, date_trunc('day', joined_at + INTERVAL 7 HOUR) AS day0
FROM newcomers JOIN players USING (id);
CREATE TABLE sittings AS
SELECT id, joined AS begins FROM locals
UNION ALL
SELECT id, joined + INTERVAL 2 HOUR FROM locals WHERE minute < 800 AND id % 3 = 0
UNION ALL
SELECT id, day0 + to_minutes(1440 + 390) FROM locals WHERE minute = 1335 AND id % 5 < 3 OR minute = 370 AND id % 5 = 0
UNION ALL
SELECT id, day0 + to_minutes(1440 + 1215) FROM locals WHERE minute = 750 AND id % 6 = 1 OR minute = 1180 AND id % 4 = 1
UNION ALL
SELECT id, day0 + to_minutes(1440 * 7 + 1230) FROM locals WHERE id % 6 = 0
UNION ALL
SELECT id, day0 + to_minutes(1440 * (8 + id % 6) + 1200) FROM locals WHERE id % 10 IN (4, 5) OR id % 20 IN (1, 9)
UNION ALL
SELECT id, day0 + to_minutes(1440 * (15 + id % 8) + 385) FROM locals WHERE id % 10 = 4 OR id % 20 = 9 OR id % 25 = 2;

INSERT INTO rounds
SELECT id, begins - INTERVAL 7 HOUR + to_minutes(6 * k) FROM sittings, range(3) AS numbers(k)
WHERE k <= id % 3;
DROP TABLE sittings;
DROP TABLE locals;
DROP TABLE newcomers;
