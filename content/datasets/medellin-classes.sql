-- Charla on the evening of 30 June 2026: six classes that began on Mondays, and lessons taken.
CREATE TABLE learners (id INTEGER, joined_on DATE);
CREATE TABLE lessons (learner_id INTEGER, taken_on DATE);

-- class, learners, back from day 28 to 34, of them by day 29
CREATE TABLE plan_of_classes (joined_on DATE, joined INTEGER, back INTEGER, early INTEGER);
INSERT INTO plan_of_classes VALUES
  ('2026-05-04', 400, 112, 45), ('2026-05-11', 420, 118, 47), ('2026-05-18', 380, 110, 44),
  ('2026-05-25', 450, 127, 51), ('2026-06-01', 600, 71, 71), ('2026-06-08', 500, 0, 0);

CREATE TABLE seats AS
SELECT row_number() OVER (ORDER BY joined_on, n) AS id, joined_on, n, back, early
FROM plan_of_classes, range(1, 601) AS numbers(n) WHERE n <= joined;

INSERT INTO learners SELECT id, joined_on FROM seats;
INSERT INTO lessons SELECT id, joined_on + (n % 13)::INTEGER FROM seats WHERE n % 4 > 0;
INSERT INTO lessons SELECT id, joined_on + 28 + (n % 2)::INTEGER FROM seats WHERE n <= early;
INSERT INTO lessons SELECT id, joined_on + 29 FROM seats WHERE n <= early AND n % 6 = 0;
INSERT INTO lessons
SELECT id, joined_on + 30 + (n % 5)::INTEGER FROM seats WHERE n > early AND n <= back;

-- further lessons from day 14 to day 27, for learners with an early one; more of them for some three in ten
INSERT INTO lessons
SELECT id, joined_on + (14 + (n * 5 + k * 3) % 14)::INTEGER
FROM seats, range(0, 5) AS more(k)
WHERE n % 4 > 0
  AND k < n * 7 % 11 % 3
      + CASE WHEN n <= CASE WHEN joined_on < DATE '2026-06-01' THEN back ELSE 155 END THEN 2 ELSE 0 END
  AND joined_on + (14 + (n * 5 + k * 3) % 14)::INTEGER <= DATE '2026-06-30';

DROP TABLE seats;
DROP TABLE plan_of_classes;
