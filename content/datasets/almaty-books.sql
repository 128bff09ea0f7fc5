-- Bookkeeping for small shops in Almaty, to June 2026: trials, subscriptions (to_on is the first day without), charges.
CREATE TABLE trials (shop_id INTEGER, source TEXT, began_on DATE);
CREATE TABLE subscriptions (id INTEGER, shop_id INTEGER, plan TEXT, cycle TEXT, tenge INTEGER, from_on DATE, to_on DATE);
CREATE TABLE charges (subscription_id INTEGER, due_on DATE, tried_on DATE, tenge INTEGER, outcome TEXT);

-- By month a small shop pays 6,000 and a large one 15,000; by year 60,000 and 144,000.
INSERT INTO subscriptions
SELECT i, i, CASE WHEN i BETWEEN 151 AND 200 OR i BETWEEN 261 AND 280 THEN 'large' ELSE 'small' END,
       CASE WHEN i BETWEEN 201 AND 280 THEN 'year' ELSE 'month' END,
       CASE WHEN i <= 150 OR i > 280 THEN 6000 WHEN i <= 200 THEN 15000 WHEN i <= 260 THEN 60000 ELSE 144000 END,
       CASE WHEN i <= 200 THEN DATE '2025-09-01' WHEN i <= 260 THEN DATE '2026-01-01' WHEN i <= 280 THEN DATE '2025-11-01'
            ELSE (DATE '2026-01-01' + to_months(((i - 281) // 20)::INTEGER))::DATE END,
       CASE WHEN i <= 10 THEN DATE '2026-04-01' WHEN i <= 47 OR i BETWEEN 151 AND 155 OR i BETWEEN 160 AND 161
            THEN DATE '2026-06-01' END
FROM range(1, 401) AS numbers(i);

-- On 1 June three shops return, 15 grow, 10 go over to yearly bills and five become small.
INSERT INTO subscriptions
SELECT 1000 + i, i, CASE WHEN i BETWEEN 11 AND 25 THEN 'large' ELSE 'small' END,
       CASE WHEN i BETWEEN 26 AND 35 THEN 'year' ELSE 'month' END,
       CASE WHEN i BETWEEN 11 AND 25 THEN 15000 WHEN i BETWEEN 26 AND 35 THEN 60000 ELSE 6000 END,
       DATE '2026-06-01', NULL
FROM range(1, 201) AS numbers(i) WHERE i BETWEEN 6 AND 8 OR i BETWEEN 11 AND 35 OR i BETWEEN 151 AND 155;

-- Bills of January to June: by month each first, by year on the first day; up to three tries.
CREATE TABLE tries AS
SELECT s.id, s.tenge, due::DATE AS due, (s.shop_id + 7 * month(due)) % 48 AS luck
FROM subscriptions s, range(TIMESTAMP '2026-01-01', TIMESTAMP '2026-06-02', INTERVAL 1 MONTH) AS dues(due)
WHERE due >= s.from_on AND (s.to_on IS NULL OR due < s.to_on) AND (s.cycle = 'month' OR due = s.from_on);
INSERT INTO charges
SELECT id, due, due, tenge, CASE WHEN luck % 12 = 0 THEN 'failed' ELSE 'paid' END FROM tries;
INSERT INTO charges
SELECT id, due, due + 3, tenge, CASE WHEN luck % 24 = 0 THEN 'failed' ELSE 'paid' END FROM tries WHERE luck % 12 = 0;
INSERT INTO charges
SELECT id, due, due + 7, tenge, CASE WHEN luck = 0 THEN 'failed' ELSE 'paid' END FROM tries WHERE luck % 24 = 0;
DROP TABLE tries;

-- The shops of 2026 tried first; every sixth of them had tried a hundred days before, after an advert.
INSERT INTO trials
SELECT shop_id, CASE WHEN shop_id % 10 < 3 THEN 'fair' WHEN shop_id % 10 < 6 THEN 'accountant' ELSE 'advert' END,
       from_on - 3 - shop_id % 25
FROM subscriptions WHERE shop_id > 280;
INSERT INTO trials SELECT shop_id, 'advert', began_on - 100 FROM trials WHERE shop_id % 6 = 0;

-- 360 shops tried and never paid; every ninth took a second trial at a fair.
INSERT INTO trials
SELECT i, CASE WHEN i % 10 < 2 THEN 'fair' WHEN i % 10 < 3 THEN 'accountant' ELSE 'advert' END,
       DATE '2025-12-03' + (i % 180)::INTEGER
FROM range(501, 861) AS numbers(i);
INSERT INTO trials SELECT shop_id, 'fair', began_on + 30 FROM trials WHERE shop_id > 500 AND shop_id % 9 = 0 AND began_on < DATE '2026-05-01';
