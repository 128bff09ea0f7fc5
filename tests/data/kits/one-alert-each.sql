-- Etla: 27 alerts from 15 of 40 sensors. Tlacolula: none from 30. Zimatlan: 130 from 40 of 50, of which 80 from two.
CREATE TABLE sensors (id INTEGER PRIMARY KEY, site TEXT NOT NULL);
CREATE TABLE alerts (id INTEGER PRIMARY KEY, sensor_id INTEGER NOT NULL, week INTEGER NOT NULL);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119)
INSERT INTO sensors SELECT i, CASE WHEN i < 40 THEN 'Etla' WHEN i < 70 THEN 'Tlacolula' ELSE 'Zimatlan' END FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 26)
INSERT INTO alerts (sensor_id, week) SELECT i % 15, 23 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 79)
INSERT INTO alerts (sensor_id, week) SELECT 70 + i % 2, 23 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
INSERT INTO alerts (sensor_id, week) SELECT 72 + i % 38, 23 FROM n;
-- Another week, which the query leaves out.
INSERT INTO alerts (sensor_id, week) SELECT id, 22 FROM sensors;
