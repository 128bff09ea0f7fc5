-- Ten weeks of orders, noted in universal time. Honolulu is ten hours behind: lunch (12:00) stays on its day,
-- dinner (18:00) becomes the next day at 04:00. Day 0 is Sunday.
CREATE TABLE orders (id INTEGER PRIMARY KEY, placed_at TEXT NOT NULL);
CREATE TABLE parts (day INTEGER, lunch INTEGER, dinner INTEGER);
INSERT INTO parts VALUES (0, 100, 340), (1, 200, 300), (2, 200, 310), (3, 210, 330), (4, 200, 380), (5, 220, 700), (6, 120, 640);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 699)
INSERT INTO orders (placed_at)
SELECT datetime('2026-03-01 12:00', '+' || (day + 7 * (i % 10)) || ' days', '+10 hours') FROM parts JOIN n ON i < lunch
UNION ALL
SELECT datetime('2026-03-01 18:00', '+' || (day + 7 * (i % 10)) || ' days', '+10 hours') FROM parts JOIN n ON i < dinner;
