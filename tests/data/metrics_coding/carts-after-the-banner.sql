-- 20,000 people drawn half and half; the banner makes fewer of them open a cart at all.
CREATE TABLE draws (person_id INTEGER PRIMARY KEY, arm TEXT);
CREATE TABLE carts (person_id INTEGER);
CREATE TABLE orders (person_id INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO draws SELECT i, CASE WHEN i <= 10000 THEN 'A' ELSE 'B' END FROM n;
INSERT INTO carts SELECT person_id FROM draws
  WHERE person_id <= 3100 OR person_id BETWEEN 10001 AND 12480;
INSERT INTO orders SELECT person_id FROM draws
  WHERE person_id <= 930 OR person_id BETWEEN 10001 AND 10856;
