-- 8,400 cards. 1,500 were used in every month; 300, 500, 700 and 500 others in one month only.
CREATE TABLE cards (id INTEGER PRIMARY KEY, sold_on TEXT NOT NULL);
CREATE TABLE entries (card_id INTEGER NOT NULL, entered_on TEXT NOT NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8400)
INSERT INTO cards SELECT i, CASE WHEN i > 7500 THEN '2026-04-20' ELSE '2025-11-01' END FROM n;
CREATE TABLE months (first TEXT, low INTEGER, high INTEGER);
INSERT INTO months VALUES ('2026-01-01', 1501, 1800), ('2026-02-01', 1801, 2300), ('2026-03-01', 2301, 3000), ('2026-04-01', 3001, 3500);
INSERT INTO entries SELECT c.id, date(m.first, '+' || (c.id % 28) || ' days') FROM cards c JOIN months m ON c.id <= 1500 OR c.id BETWEEN m.low AND m.high;
-- The faithful come twice a month.
INSERT INTO entries SELECT c.id, date(m.first, '+' || ((c.id + 9) % 28) || ' days') FROM cards c JOIN months m ON c.id <= 1500;
