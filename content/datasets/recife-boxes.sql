-- Feira em Casa, vegetable boxes in Recife, up to 30 June 2026: subscriptions with restarts, and pauses.
CREATE TABLE customers (id INTEGER, bairro TEXT);
CREATE TABLE subscriptions (id INTEGER, customer_id INTEGER, started_on DATE, ended_on DATE);
CREATE TABLE pauses (customer_id INTEGER, from_date DATE, to_date DATE);

INSERT INTO customers
SELECT i, CASE i % 3 WHEN 0 THEN 'Boa Viagem' WHEN 1 THEN 'Casa Forte' ELSE 'Olinda' END
FROM range(1, 301) AS numbers(i);

-- 25 first starts a month from July 2025; ended_on is the first day without, NULL while it runs.
CREATE TABLE firsts AS
SELECT id, DATE '2025-07-01' + to_months((id - 1)::INTEGER // 25) + to_days(id % 20) AS day FROM customers;
INSERT INTO subscriptions
SELECT id, id, day, CASE id % 5 WHEN 0 THEN day + INTERVAL 45 DAY WHEN 1 THEN day + INTERVAL 120 DAY END
FROM firsts;
UPDATE subscriptions SET ended_on = started_on + INTERVAL 70 DAY WHERE id % 35 = 3;
UPDATE subscriptions SET ended_on = NULL WHERE ended_on > DATE '2026-06-30';

-- Half of those who left after 45 days came back two months later.
INSERT INTO subscriptions
SELECT 1000 + id, id, day + INTERVAL 105 DAY, NULL FROM firsts
WHERE id % 10 = 0 AND day + INTERVAL 105 DAY <= DATE '2026-06-30';

-- Pauses, both days included. Christmas for many; who stayed away longer booked a second row.
INSERT INTO pauses
SELECT id, DATE '2025-12-20', DATE '2026-01-09' FROM firsts WHERE id % 4 = 2 AND day < DATE '2025-12-20';
INSERT INTO pauses
SELECT id, DATE '2026-01-05', DATE '2026-01-31' FROM firsts WHERE id % 8 = 2 AND day < DATE '2025-12-20';
INSERT INTO pauses
SELECT id, DATE '2025-10-01', DATE '2025-10-14' FROM firsts
WHERE id % 12 IN (2, 7) AND day < DATE '2025-10-01';
DROP TABLE firsts;
