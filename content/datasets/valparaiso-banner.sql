-- An online pharmacy: 20,000 visitors drawn by lot, the carts they opened and what they ordered.
CREATE TABLE draws (person_id INTEGER, arm TEXT);
CREATE TABLE carts (person_id INTEGER, opened_on DATE);
CREATE TABLE orders (id INTEGER, person_id INTEGER, ordered_on DATE);

INSERT INTO draws
SELECT i, CASE WHEN i <= 10000 THEN 'A' ELSE 'B' END FROM range(1, 20001) AS numbers(i);

INSERT INTO carts
SELECT person_id, DATE '2026-08-03' + (person_id % 14)::INTEGER FROM draws
WHERE person_id <= 3100 OR person_id BETWEEN 10001 AND 12480;

-- 930 buyers in A and 856 in B; every ninth of them ordered twice.
INSERT INTO orders
SELECT person_id, person_id, DATE '2026-08-04' + (person_id % 14)::INTEGER FROM draws
WHERE person_id <= 930 OR person_id BETWEEN 10001 AND 10856;

INSERT INTO orders
SELECT 20000 + id, person_id, ordered_on + 3 FROM orders WHERE person_id % 9 = 0;
