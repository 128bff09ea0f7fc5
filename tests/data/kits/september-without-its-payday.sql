-- One grocer's baskets. Usual days: 100 in July, 101 in August, 104 in September, 400 rupees each.
-- The last day of a month is payday: 300, 300 and 310 baskets of 500 rupees.
CREATE TABLE baskets (id INTEGER PRIMARY KEY, sold_at TEXT NOT NULL, rupees INTEGER NOT NULL);
CREATE TABLE months (first TEXT, usual_days INTEGER, usual INTEGER, payday INTEGER);
INSERT INTO months VALUES ('2026-07-01', 30, 100, 300), ('2026-08-01', 30, 101, 300), ('2026-09-01', 29, 104, 310);
CREATE TABLE n (i INTEGER);
INSERT INTO n WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 309) SELECT i FROM k;
INSERT INTO baskets (sold_at, rupees)
SELECT date(m.first, '+' || d.i || ' days') || printf(' %02d:%02d', 8 + b.i % 10, b.i % 60), 400
FROM months m JOIN n d ON d.i < m.usual_days JOIN n b ON b.i < m.usual;
INSERT INTO baskets (sold_at, rupees)
SELECT date(m.first, '+' || m.usual_days || ' days') || printf(' %02d:%02d', 8 + b.i % 10, b.i % 60), 500
FROM months m JOIN n b ON b.i < m.payday;
