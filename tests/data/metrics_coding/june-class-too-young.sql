-- Read on 30 June 2026: nothing later is in the store. Two in five of those who come back at all
-- come on day 28 or 29.
CREATE TABLE learners (id INTEGER PRIMARY KEY, joined_on TEXT);
CREATE TABLE lessons (learner_id INTEGER, taken_on TEXT);
CREATE TABLE classes (joined_on TEXT, first_id INTEGER, joined INTEGER, early INTEGER, later INTEGER);
INSERT INTO classes VALUES ('2026-05-04', 1, 400, 45, 67), ('2026-05-11', 1001, 420, 47, 71),
  ('2026-05-18', 2001, 380, 44, 66), ('2026-05-25', 3001, 450, 51, 76),
  ('2026-06-01', 4001, 600, 71, 0), ('2026-06-08', 5001, 500, 0, 0);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 599)
INSERT INTO learners SELECT first_id + i, joined_on FROM classes, n WHERE i < joined;
INSERT INTO lessons SELECT l.id, date(l.joined_on, '+' || (28 + l.id % 2) || ' days')
  FROM learners l JOIN classes c USING (joined_on) WHERE l.id - c.first_id < early;
INSERT INTO lessons SELECT l.id, date(l.joined_on, '+' || (30 + l.id % 5) || ' days')
  FROM learners l JOIN classes c USING (joined_on)
  WHERE l.id - c.first_id >= early AND l.id - c.first_id < early + later;
INSERT INTO lessons SELECT id, joined_on FROM learners;
