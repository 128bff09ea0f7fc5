-- Puesto Seguro, one week: 900 applications, and the photos of permits that clerks looked at.
CREATE TABLE started (user_id INTEGER, channel TEXT, started_on DATE);
CREATE TABLE permits (user_id INTEGER, sent_on DATE, accepted INTEGER);

INSERT INTO started
SELECT i,
       CASE WHEN i <= 500 THEN 'whatsapp' WHEN i <= 750 THEN 'radio' ELSE 'agent' END,
       DATE '2026-03-02' + (i % 7)::INTEGER
FROM range(1, 901) AS numbers(i);

-- A first photo that was refused; most of these people sent a second one.
INSERT INTO permits
SELECT user_id, started_on, 0 FROM started
WHERE user_id BETWEEN 1 AND 40 OR user_id BETWEEN 211 AND 260 OR user_id BETWEEN 501 AND 520;

INSERT INTO permits
SELECT user_id, started_on + 1, 1 FROM started
WHERE user_id <= 210 OR user_id BETWEEN 501 AND 680 OR user_id BETWEEN 751 AND 876;
