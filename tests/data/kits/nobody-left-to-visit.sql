-- 1,100 homes, 911 of them visited; 101 second visits; 14 visits noted without a home's number (11 of them in Mwera).
CREATE TABLE homes (id INTEGER PRIMARY KEY, ward TEXT NOT NULL);
CREATE TABLE visits (id INTEGER PRIMARY KEY, home_id INTEGER, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
INSERT INTO homes SELECT i, CASE WHEN i <= 380 THEN 'Chwaka' WHEN i <= 800 THEN 'Fuoni' ELSE 'Mwera' END FROM n;
-- Chwaka: 371 of 380 visited. Fuoni: 360 of 420. Mwera: 180 of 300.
INSERT INTO visits (home_id) SELECT id FROM homes WHERE id <= 371 OR id BETWEEN 381 AND 740 OR id BETWEEN 801 AND 980;
INSERT INTO visits (home_id, note) SELECT id, 'second visit' FROM homes WHERE id <= 101;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 14)
INSERT INTO visits (home_id, note) SELECT NULL, CASE WHEN i <= 11 THEN 'Mwera' WHEN i <= 13 THEN 'Fuoni' ELSE 'Chwaka' END FROM n;
