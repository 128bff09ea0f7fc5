-- One day a month. Every reader reads twice, 20 pages each time, one page every 30 seconds.
CREATE TABLE page_turns (reader_id INTEGER, month TEXT, at INTEGER); -- at: seconds of the day
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 239),
  months(month, readers) AS (VALUES ('2026-01', 8), ('2026-02', 24), ('2026-04', 240)),
  page(p) AS (SELECT 0 UNION ALL SELECT p + 1 FROM page WHERE p < 19),
  part(late) AS (VALUES (0), (43200))
INSERT INTO page_turns
SELECT i, month, 21600 + i * (32400 / readers) + late + p * 30
FROM months, n, page, part WHERE i < readers;
