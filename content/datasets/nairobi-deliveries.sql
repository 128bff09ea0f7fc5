-- Mboga Basket, one week: 320 orders worth 550,000 shillings, 452 rings at a door.
CREATE TABLE orders (id INTEGER, zone TEXT, amount INTEGER, ordered_on DATE);
CREATE TABLE delivery_attempts (order_id INTEGER, rung_on DATE);

-- 80 orders for Ruaka, 100 for Kilimani, 140 for Westlands, of which the last 20 were collected.
INSERT INTO orders
SELECT i,
       CASE WHEN i <= 80 THEN 'Ruaka' WHEN i <= 180 THEN 'Kilimani' ELSE 'Westlands' END,
       CASE WHEN i <= 80 THEN 2000 WHEN i <= 180 THEN 1800 ELSE 1500 END,
       DATE '2026-06-01' + (i % 7)::INTEGER
FROM range(1, 321) AS numbers(i);

INSERT INTO delivery_attempts
SELECT id, ordered_on FROM orders WHERE id <= 300;

-- A second ring: everybody in Ruaka, 60 in Kilimani, 12 in Westlands.
INSERT INTO delivery_attempts
SELECT id, ordered_on + 1 FROM orders
WHERE id <= 80 OR id BETWEEN 81 AND 140 OR id BETWEEN 181 AND 192;
