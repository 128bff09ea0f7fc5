-- AirLancar in June 2026: one row for each user and event, and cards saved before June.
CREATE TABLE events (user_id INTEGER, name TEXT, happened_at TIMESTAMP);
CREATE TABLE saved_cards (user_id INTEGER, saved_on DATE);
CREATE TABLE steps (pos INTEGER, name TEXT);

INSERT INTO steps VALUES (1, 'bill_opened'), (2, 'card_added'), (3, 'bill_paid');

-- 1 to 3,300 are new, 3,301 to 6,000 have a card, 6,001 to 6,900 came for the prize draw alone.
INSERT INTO saved_cards
SELECT i, DATE '2026-05-31' - (i % 200)::INTEGER FROM range(3301, 6001) AS numbers(i);

INSERT INTO events
SELECT i, 'bill_opened', TIMESTAMP '2026-06-01 07:00:00' + to_minutes(i * 6)
FROM range(1, 6001) AS numbers(i);

INSERT INTO events
SELECT user_id, 'card_added', happened_at + to_minutes(3 + user_id % 40) FROM events WHERE user_id <= 3000;
INSERT INTO events
SELECT i, 'card_added', TIMESTAMP '2026-06-10 12:00:00' + to_minutes(i % 900)
FROM range(6001, 6901) AS numbers(i);

INSERT INTO events
SELECT user_id, 'bill_paid', happened_at + to_minutes(50 + user_id % 90) FROM events
WHERE name = 'bill_opened' AND (user_id <= 2500 OR user_id BETWEEN 3301 AND 5900);
