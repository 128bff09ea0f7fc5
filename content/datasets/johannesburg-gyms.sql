-- A gym chain in July 2026: today's badge, every plan with its dates, and the visits of March.
CREATE TABLE members (id INTEGER, plan TEXT);
CREATE TABLE plan_history (member_id INTEGER, plan TEXT, from_date DATE, to_date DATE);
CREATE TABLE visits (member_id INTEGER, visited_on DATE, month TEXT);

-- 1 to 60 moved up since March, 61 to 140 were premium all along, 141 to 160 moved down.
INSERT INTO members
SELECT i, CASE WHEN i <= 140 THEN 'premium' ELSE 'basic' END FROM range(1, 401) AS numbers(i);

INSERT INTO plan_history
SELECT id, CASE WHEN id <= 60 THEN 'basic' WHEN id <= 160 THEN 'premium' ELSE 'basic' END,
       DATE '2025-09-01', CASE WHEN id <= 60 OR id BETWEEN 141 AND 160 THEN DATE '2026-05-01' END
FROM members;

INSERT INTO plan_history
SELECT id, plan, DATE '2026-05-01', NULL FROM members WHERE id <= 60 OR id BETWEEN 141 AND 160;

INSERT INTO visits
SELECT id, DATE '2026-03-01' + ((id + 2 * n) % 31)::INTEGER, '2026-03'
FROM members, range(12) AS numbers(n)
WHERE n < CASE WHEN id <= 60 THEN 12 WHEN id <= 140 THEN 7 WHEN id <= 160 THEN 2 ELSE 4 END;
