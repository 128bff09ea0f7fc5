-- Feira em Casa, vegetable boxes in Recife, up to 30 June 2026: subscriptions with restarts, and pauses.
CREATE TABLE customers (id INTEGER, bairro TEXT);
CREATE TABLE subscriptions (id INTEGER, customer_id INTEGER, started_on DATE, ended_on DATE);
CREATE TABLE pauses (customer_id INTEGER, from_date DATE, to_date DATE);

INSERT INTO customers
SELECT i, CASE WHEN i % 3 = 2 THEN 'Olinda' WHEN i % 3 = 0 OR i % 9 = 1 THEN 'Boa Viagem' ELSE 'Casa Forte' END
FROM range(1, 301) AS numbers(i);

-- About 25 first starts a month from July 2025; ended_on is the first day without, NULL while it runs.
CREATE TABLE months (low INTEGER, high INTEGER, begins DATE);
INSERT INTO months VALUES
  (1, 22, '2025-07-01'), (23, 49, '2025-08-01'), (50, 73, '2025-09-01'), (74, 102, '2025-10-01'),
  (103, 129, '2025-11-01'), (130, 149, '2025-12-01'), (150, 179, '2026-01-01'), (180, 205, '2026-02-01'),
  (206, 228, '2026-03-01'), (229, 255, '2026-04-01'), (256, 277, '2026-05-01'), (278, 300, '2026-06-01');
CREATE TABLE firsts AS
SELECT id, begins + to_days((id + 3) * 7 % 27) AS day FROM customers JOIN months ON id BETWEEN low AND high;
DROP TABLE months;
INSERT INTO subscriptions
SELECT id, id, day, CASE id % 5 WHEN 0 THEN day + INTERVAL 45 DAY WHEN 1 THEN day + INTERVAL 120 DAY END
FROM firsts;
UPDATE subscriptions SET ended_on = started_on + INTERVAL 70 DAY WHERE id % 35 = 3;
UPDATE subscriptions SET ended_on = NULL WHERE ended_on > DATE '2026-06-30';

-- Half of those who left after 45 days came back about two months later.
INSERT INTO subscriptions
SELECT 1000 + id, id, day + to_days(95 + id * 3 % 41), NULL FROM firsts
WHERE id % 10 = 0 AND day + to_days(95 + id * 3 % 41) <= DATE '2026-06-30';

-- Pauses, both days included. Christmas for many; who stayed away longer booked a second row.
INSERT INTO pauses
SELECT id, DATE '2025-12-20', DATE '2026-01-09' FROM firsts WHERE id % 4 = 2 AND day < DATE '2025-12-20';
INSERT INTO pauses
SELECT id, DATE '2026-01-05', DATE '2026-01-31' FROM firsts WHERE id % 8 = 2 AND day < DATE '2025-12-20';
INSERT INTO pauses
SELECT id, DATE '2025-11-03', DATE '2025-11-16' FROM firsts
WHERE id % 12 IN (2, 7) AND day < DATE '2025-11-03';
DROP TABLE firsts;
