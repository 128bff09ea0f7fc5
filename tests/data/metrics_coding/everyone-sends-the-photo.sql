-- 900 people began; 640 sent a photo of the stall permit; 516 photos were accepted.
CREATE TABLE started (user_id INTEGER PRIMARY KEY, channel TEXT);
CREATE TABLE permits (user_id INTEGER, accepted INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
INSERT INTO started SELECT i,
  CASE WHEN i <= 500 THEN 'whatsapp' WHEN i <= 750 THEN 'radio' ELSE 'agent' END FROM n;
INSERT INTO permits SELECT user_id, user_id <= 210 FROM started WHERE user_id <= 300;
INSERT INTO permits SELECT user_id, user_id <= 680 FROM started WHERE user_id BETWEEN 501 AND 700;
INSERT INTO permits SELECT user_id, user_id <= 876 FROM started WHERE user_id BETWEEN 751 AND 890;
