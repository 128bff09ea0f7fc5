-- First order of 2026 by month; 560, 70 and 15 of these customers had bought long before.
CREATE TABLE orders (customer_id INTEGER, ordered_on TEXT, rupees INTEGER);
CREATE TABLE groups (first_id INTEGER, size INTEGER, old INTEGER, month TEXT, rupees INTEGER);
INSERT INTO groups VALUES (1, 560, 1, '2026-01', 3500), (1001, 240, 0, '2026-01', 1500),
  (2001, 70, 1, '2026-02', 3500), (3001, 280, 0, '2026-02', 1525),
  (4001, 15, 1, '2026-03', 3500), (5001, 285, 0, '2026-03', 1540);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 559)
INSERT INTO orders SELECT first_id + i, month || '-10', 1000 FROM groups, n WHERE i < size
UNION ALL SELECT first_id + i, date(month || '-10', '+60 days'), rupees - 1000
  FROM groups, n WHERE i < size
UNION ALL SELECT first_id + i, '2025-09-10', 1200 FROM groups, n WHERE i < size AND old;
