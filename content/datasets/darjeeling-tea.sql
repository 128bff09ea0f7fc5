-- A tea garden's orders by post from 2024 to 5 July 2026, in whole rupees.
CREATE TABLE orders (id INTEGER, customer_id INTEGER, ordered_on DATE, rupees INTEGER);

-- Customers of the first quarter: 800 in January, 350 in February, 300 in March. The first 560, 70
-- and 15 of them had ordered before; such people spend 3,500 in ninety days.
CREATE TABLE people AS
SELECT i AS id,
       CASE WHEN i <= 800 THEN DATE '2026-01-01' WHEN i <= 1150 THEN DATE '2026-02-01'
            ELSE DATE '2026-03-01' END + (i % 28)::INTEGER AS came_on,
       i <= 560 OR i BETWEEN 801 AND 870 OR i BETWEEN 1151 AND 1165 AS old,
       CASE WHEN i <= 800 THEN 1500 WHEN i <= 1150 THEN 1525 ELSE 1540 END AS spends
FROM range(1, 1451) AS numbers(i);

INSERT INTO orders
SELECT id, id, came_on - 200 - (id % 300)::INTEGER, 900 FROM people WHERE old;
INSERT INTO orders
SELECT 2000 + id, id, came_on, CASE WHEN old THEN 2000 ELSE spends - 600 END FROM people;
INSERT INTO orders
SELECT 4000 + id, id, came_on + 20 + (id % 60)::INTEGER, CASE WHEN old THEN 1500 ELSE 600 END
FROM people;
-- One in twelve orders once more after the ninety days.
INSERT INTO orders
SELECT 6000 + id, id, came_on + 92 + (id % 60)::INTEGER, 900 FROM people
WHERE id % 12 = 0 AND came_on + 92 + (id % 60)::INTEGER <= DATE '2026-07-05';
DROP TABLE people;

-- 600 customers of 2024 and 2025 who stayed away in the first quarter; every twelfth came back after it.
INSERT INTO orders
SELECT 10000 + i, 3000 + i, DATE '2024-01-04' + ((i * 7) % 720)::INTEGER, 900 FROM range(1, 601) AS numbers(i);
INSERT INTO orders
SELECT 11000 + i, 3000 + i, DATE '2026-04-02' + (i % 90)::INTEGER, 2000 FROM range(1, 601) AS numbers(i) WHERE i % 12 = 0;

-- New ones since April, whose ninety days are not all over: 283, 288, 281 and 46 in the first days of July.
CREATE TABLE people AS
SELECT 4000 + i AS id,
       CASE WHEN i <= 283 THEN DATE '2026-04-01' WHEN i <= 571 THEN DATE '2026-05-01'
            WHEN i <= 852 THEN DATE '2026-06-01' ELSE DATE '2026-07-01' END
       + (i * 11 % CASE WHEN i <= 852 THEN 30 ELSE 5 END)::INTEGER AS came_on
FROM range(1, 899) AS numbers(i);
INSERT INTO orders SELECT 12000 + id, id, came_on, 930 FROM people;
INSERT INTO orders
SELECT 18000 + id, id, came_on + 20 + (id % 60)::INTEGER, 600 FROM people
WHERE came_on + 20 + (id % 60)::INTEGER <= DATE '2026-07-05';
DROP TABLE people;
