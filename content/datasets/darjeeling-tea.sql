-- A tea garden's orders by post from 2024 to June 2026, in whole rupees.
CREATE TABLE orders (id INTEGER, customer_id INTEGER, ordered_on DATE, rupees INTEGER);

-- Customers of the first quarter: 800 in January, 350 in February, 300 in March. The first 560, 70
-- and 15 of them had ordered before; such people spend 3,500 in ninety days.
CREATE TABLE people AS
SELECT i AS id,
       CASE WHEN i <= 800 THEN DATE '2026-01-01' WHEN i <= 1150 THEN DATE '2026-02-01'
            ELSE DATE '2026-03-01' END + (i % 25)::INTEGER AS came_on,
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
DROP TABLE people;
