-- A marketplace of argan-oil cooperatives near Agadir: the orders of April to June 2026, refunds, rates.
CREATE TABLE orders (id INTEGER, coop TEXT, ordered_on DATE, currency TEXT, total INTEGER);
CREATE TABLE order_lines (order_id INTEGER, product TEXT, amount INTEGER);
CREATE TABLE refunds (id INTEGER, order_id INTEGER, refunded_on DATE, amount INTEGER);
CREATE TABLE rates (day DATE, dirham_per_euro DECIMAL(6, 2));
CREATE TABLE order_log (order_id INTEGER, version INTEGER, status TEXT, received_at TIMESTAMP);

-- 300 orders over 90 days, three cooperatives; one in five is paid in euros.
INSERT INTO orders
SELECT i,
       CASE WHEN i % 10 < 5 THEN 'Tizi' WHEN i % 10 < 8 THEN 'Amlou' ELSE 'Tafraout' END,
       DATE '2026-04-01' + (i * 3 // 10)::INTEGER,
       CASE WHEN i % 5 = 4 THEN 'EUR' ELSE 'MAD' END,
       CASE WHEN i % 5 = 4 THEN 40 WHEN i % 10 < 5 THEN 300 WHEN i % 10 < 8 THEN 500 ELSE 400 END
FROM range(300) AS numbers(i);

-- Tizi's orders in dirham have three lines, Tafraout's two, all others one.
INSERT INTO order_lines
SELECT id, 'oil', CASE WHEN currency = 'EUR' OR coop = 'Amlou' THEN total
                       WHEN coop = 'Tizi' THEN 150 ELSE 250 END FROM orders;
INSERT INTO order_lines
SELECT id, 'soap', CASE coop WHEN 'Tizi' THEN 100 ELSE 150 END FROM orders
WHERE currency = 'MAD' AND coop <> 'Amlou';
INSERT INTO order_lines
SELECT id, 'paste', 50 FROM orders WHERE currency = 'MAD' AND coop = 'Tizi';

-- Refunds 25 days after the order: of 100 in two halves for one in twelve, whole for one in thirty.
INSERT INTO refunds
SELECT id, id, ordered_on + 25, 100 FROM orders WHERE currency = 'MAD' AND id % 12 = 0;
INSERT INTO refunds
SELECT 1000 + id, id, ordered_on + 27, 100 FROM orders WHERE currency = 'MAD' AND id % 24 = 0;
INSERT INTO refunds
SELECT 2000 + id, id, ordered_on + 25, total FROM orders WHERE currency = 'MAD' AND id % 30 = 11;

-- The bank fixes a rate from Monday to Friday; it did so neither on 1 May nor from 27 to 29 May.
INSERT INTO rates
SELECT day::DATE, CASE WHEN day < DATE '2026-05-01' THEN 10.80 WHEN day < DATE '2026-06-01' THEN 10.70
                       ELSE 10.90 END + 0.01 * (date_diff('day', DATE '2026-04-01', day::DATE) % 5)
FROM range(TIMESTAMP '2026-03-30', TIMESTAMP '2026-07-01', INTERVAL 1 DAY) AS days(day)
WHERE isodow(day) <= 5 AND day NOT IN (DATE '2026-05-01', DATE '2026-05-27', DATE '2026-05-28', DATE '2026-05-29');

-- The parcel service tells of June's parcels: 1 packed, 2 sent, 3 delivered or returned.
INSERT INTO order_log
SELECT id, 1, 'packed', ordered_on + TIME '09:00:00' FROM orders WHERE ordered_on >= DATE '2026-06-01';
INSERT INTO order_log
SELECT order_id, 2, 'sent', received_at + INTERVAL 1 DAY FROM order_log WHERE order_id % 20 <> 3;
INSERT INTO order_log
SELECT order_id, 3, CASE WHEN order_id % 11 = 0 THEN 'returned' ELSE 'delivered' END, received_at + INTERVAL 3 DAY
FROM order_log WHERE version = 2 AND order_id % 10 <> 7;
-- For one in six the scan of the lorry came after that of the door, some messages came twice, and one
-- in fourteen says "packed" again nine days later, when somebody scans an old list of the shelf.
UPDATE order_log SET received_at = received_at + INTERVAL 4 DAY WHERE version = 2 AND order_id % 6 = 0;
INSERT INTO order_log
SELECT order_id, version, status, received_at + INTERVAL 5 MINUTE FROM order_log WHERE order_id % 7 = 0;
INSERT INTO order_log
SELECT order_id, 1, 'packed', received_at + INTERVAL 9 DAY FROM order_log
WHERE version = 1 AND order_id % 14 = 5;
