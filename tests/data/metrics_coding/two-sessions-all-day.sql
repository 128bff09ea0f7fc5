-- One day a month. Every reader reads twice, 20 pages each time, one page every 30 seconds.
CREATE TABLE page_turns (reader_id INTEGER, month TEXT, turned_at INTEGER); -- seconds of the day
INSERT INTO page_turns
SELECT i, month, 21600 + i * (32400 // readers) + late + p * 30
FROM (VALUES ('2026-01', 8), ('2026-02', 24), ('2026-04', 240)) AS months(month, readers),
  range(240) AS numbers(i), range(20) AS pages(p), (VALUES (0), (43200)) AS parts(late)
WHERE i < readers;
