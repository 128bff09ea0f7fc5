-- June: 2,700 opened with a saved card (2,600 paid), 3,300 without (3,000 added one, 2,500 paid),
-- and 900 added a card for a prize draw and opened no bill.
CREATE TABLE steps (pos INTEGER, name TEXT);
CREATE TABLE events (user_id INTEGER, name TEXT);
INSERT INTO steps VALUES (1, 'bill_opened'), (2, 'card_added'), (3, 'bill_paid');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6900)
INSERT INTO events SELECT i, 'bill_opened' FROM n WHERE i <= 6000
UNION ALL SELECT i, 'card_added' FROM n WHERE i BETWEEN 2701 AND 5700 OR i > 6000
UNION ALL SELECT i, 'bill_paid' FROM n WHERE i <= 2600 OR i BETWEEN 2701 AND 5200;
