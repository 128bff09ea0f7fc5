-- Read on the morning of 10 October 2026. Each month's loans: back in time, back late, still out.
CREATE TABLE loans (
    id INTEGER PRIMARY KEY, lent_on TEXT NOT NULL, due_on TEXT NOT NULL, returned_on TEXT
);
CREATE TABLE parts (first TEXT, days INTEGER, back_after INTEGER, loans INTEGER);
INSERT INTO parts VALUES
    ('2026-06-01', 30, 18, 600), ('2026-06-01', 30, 26, 200),
    ('2026-07-01', 31, 19, 615), ('2026-07-01', 31, 27, 205), ('2026-07-01', 31, NULL, 10),
    ('2026-08-01', 31, 17, 608), ('2026-08-01', 31, 25, 152), ('2026-08-01', 31, NULL, 60),
    ('2026-09-01', 18, 20, 369), ('2026-09-01', 10, 24, 43), ('2026-09-01', 18, NULL, 80),
    ('2026-09-19', 12, 9, 60), ('2026-09-19', 12, NULL, 268);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 614)
INSERT INTO loans (lent_on, due_on, returned_on)
SELECT date(first, '+' || (i % days) || ' days'),
       date(first, '+' || (i % days + 21) || ' days'),
       date(first, '+' || (i % days + back_after) || ' days')
FROM parts JOIN n ON i < loans;
