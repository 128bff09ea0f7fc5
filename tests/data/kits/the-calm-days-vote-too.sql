-- Forty trips of one week. Cóndor: ten calm trips of 10 guests, ten full ones of 90. Albatros: twenty trips of 50.
CREATE TABLE trips (id INTEGER PRIMARY KEY, boat TEXT NOT NULL, left_at TEXT NOT NULL, guests INTEGER NOT NULL, happy INTEGER NOT NULL);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
INSERT INTO trips (boat, left_at, guests, happy)
SELECT 'Cóndor', date('2026-01-05', '+' || i || ' days') || ' 08:00', 10, 10 FROM n
UNION ALL SELECT 'Cóndor', date('2026-01-05', '+' || i || ' days') || ' 11:00', 90, 54 FROM n
UNION ALL SELECT 'Albatros', date('2026-01-05', '+' || i || ' days') || ' 09:00', 50, 37 FROM n
UNION ALL SELECT 'Albatros', date('2026-01-05', '+' || i || ' days') || ' 15:00', 50, 37 FROM n;
