-- Sufra cooks lunches for offices in Muscat: orders of February to June 2026 and a price list that changed. Prices in baisa.
CREATE TABLE price_list (dish TEXT, price INTEGER, valid_from DATE, recorded_on DATE);
CREATE TABLE orders (id INTEGER, office_id INTEGER, dish TEXT, ordered_on DATE, portions INTEGER);

-- No row has an end: a price holds until the dish's next one. The biryani price of 10 May was
-- typed wrongly (1,800) and put right on 21 May, for all days from 10 May on.
INSERT INTO price_list VALUES
  ('biryani', 1500, '2026-01-01', '2025-12-28'),
  ('biryani', 1800, '2026-05-10', '2026-05-08'),
  ('biryani', 1600, '2026-05-10', '2026-05-21'),
  ('lentils',  900, '2026-01-01', '2025-12-28'),
  ('lentils', 1000, '2026-04-01', '2026-03-25'),
  ('lentils', 1100, '2026-05-18', '2026-05-12'),
  ('fish',    2000, '2026-01-01', '2025-12-28'),
  ('fish',    2200, '2026-07-01', '2026-05-30');

-- 60 offices, 24 of them from February, 20 from March, 16 from April; 10 portions a time, every
-- 14 days; some stop. An order that was called off stays with 0 portions.
INSERT INTO orders
SELECT i * 100 + n, i, CASE i % 3 WHEN 0 THEN 'biryani' WHEN 1 THEN 'lentils' ELSE 'fish' END,
       CASE WHEN i <= 24 THEN DATE '2026-02-02' WHEN i <= 44 THEN DATE '2026-03-02'
            ELSE DATE '2026-04-06' END + (i % 4 + 14 * n)::INTEGER,
       10 + 5 * (i % 2)
FROM range(1, 61) AS offices(i), range(12) AS numbers(n)
WHERE (i % 5 > 0 OR n < 2) AND (i % 7 > 0 OR n < 4) AND (i % 8 > 0 OR n IN (0, 4, 5, 6, 7))
  AND CASE WHEN i <= 24 THEN DATE '2026-02-02' WHEN i <= 44 THEN DATE '2026-03-02'
           ELSE DATE '2026-04-06' END + (i % 4 + 14 * n)::INTEGER <= DATE '2026-06-30';
UPDATE orders SET portions = 0 WHERE id % 100 = 0 AND office_id % 6 = 2;
UPDATE orders SET portions = 0 WHERE id % 100 = 3 AND office_id % 9 = 4;
