-- Taa, solar kits on credit in Kampala, up to 30 June 2026: kits, instalments, and who looks after whom.
CREATE TABLE kits (id INTEGER, district TEXT, sold_on DATE, price INTEGER);
CREATE TABLE payments (id INTEGER, kit_id INTEGER, paid_on DATE, shillings INTEGER, reversed_on DATE);
CREATE TABLE agent_history (kit_id INTEGER, agent TEXT, from_date DATE, to_date DATE);

-- 100 kits in January, 100 in February, 120 in March, 140 in April, 480,000 shillings each.
INSERT INTO kits
SELECT i, CASE i % 4 WHEN 0 THEN 'Kawempe' WHEN 1 THEN 'Nakawa' ELSE 'Makindye' END,
       CASE WHEN i <= 100 THEN DATE '2026-01-01' WHEN i <= 200 THEN DATE '2026-02-01'
            WHEN i <= 320 THEN DATE '2026-03-01' ELSE DATE '2026-04-01' END + (i % 28)::INTEGER,
       480000
FROM range(1, 461) AS numbers(i);

-- 60,000 on the day of sale and every 30 days; two, three or four in ten stop after one or two.
INSERT INTO payments
SELECT id * 10 + n, id, sold_on + (30 * n)::INTEGER, 60000, NULL
FROM kits, range(6) AS numbers(n)
WHERE sold_on + (30 * n)::INTEGER <= DATE '2026-06-30'
  AND n < CASE WHEN id % 10 >= CASE WHEN id <= 100 THEN 6 WHEN id <= 200 THEN 7 ELSE 8 END
               THEN 1 + id % 2 ELSE 6 END;

-- Mobile money took some back: the phone was lost, or the wallet empty.
UPDATE payments SET reversed_on = paid_on + 1 WHERE id % 10 = 2 AND kit_id % 4 = 0 AND kit_id % 3 = 0;
UPDATE payments SET reversed_on = paid_on + 2 WHERE id % 10 = 2 AND kit_id % 20 = 1;

-- to_date is the last day. On 16 February Achen gave a few kits to Namusoke. On 6 April she took
-- half of Okello's, and the office closed those rows of his only on 30 April.
INSERT INTO agent_history
SELECT id, CASE id % 3 WHEN 0 THEN 'Achen' WHEN 1 THEN 'Okello' ELSE 'Namusoke' END, sold_on,
       CASE WHEN id % 15 = 0 AND sold_on < DATE '2026-02-16' THEN DATE '2026-02-15'
            WHEN id % 6 = 1 AND sold_on < DATE '2026-04-06' THEN DATE '2026-04-30' END
FROM kits;
INSERT INTO agent_history
SELECT id, 'Namusoke', DATE '2026-02-16', NULL FROM kits
WHERE id % 15 = 0 AND sold_on < DATE '2026-02-16';
INSERT INTO agent_history
SELECT id, 'Achen', DATE '2026-04-06', NULL FROM kits
WHERE id % 6 = 1 AND sold_on < DATE '2026-04-06';
