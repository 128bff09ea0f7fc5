-- Two lines near Dublin: 600 crossings, 380 of them with a rating from one to five stars.
CREATE TABLE crossings (id INTEGER, line TEXT, sailed_on DATE, calm BOOLEAN, stars INTEGER);

-- Sentrum: 400 crossings, 320 rated with 1,344 stars in all.
INSERT INTO crossings
SELECT i, 'Sentrum', DATE '2026-04-01' + (i % 60)::INTEGER, i % 3 > 0,
       CASE WHEN i <= 112 THEN 5 WHEN i <= 280 THEN 4 WHEN i <= 312 THEN 3 WHEN i <= 320 THEN 2 END
FROM range(1, 401) AS numbers(i);

-- Skerries: 200 crossings, 60 rated with 276 stars, all of them on calm days.
INSERT INTO crossings
SELECT 400 + i, 'Skerries', DATE '2026-04-01' + (i % 60)::INTEGER, i <= 70,
       CASE WHEN i <= 36 THEN 5 WHEN i <= 60 THEN 4 END
FROM range(1, 201) AS numbers(i);
