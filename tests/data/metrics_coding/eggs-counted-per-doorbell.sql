-- 320 orders; 300 went out with a rider, some of them two or three times; 20 were collected.
CREATE TABLE orders (id INTEGER PRIMARY KEY, zone TEXT, amount INTEGER);
CREATE TABLE delivery_attempts (order_id INTEGER, attempt INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 320)
INSERT INTO orders SELECT i,
  CASE WHEN i <= 100 THEN 'Kilimani' WHEN i <= 180 THEN 'Ruaka' ELSE 'Westlands' END,
  CASE WHEN i <= 100 THEN 1800 WHEN i <= 180 THEN 2000 ELSE 1500 END FROM n;
INSERT INTO delivery_attempts SELECT id, 1 FROM orders WHERE id <= 300;
INSERT INTO delivery_attempts SELECT id, 2 FROM orders
  WHERE id <= 50 OR id BETWEEN 101 AND 160 OR id BETWEEN 181 AND 192;
INSERT INTO delivery_attempts SELECT id, 3 FROM orders WHERE id <= 10 OR id BETWEEN 101 AND 120;
