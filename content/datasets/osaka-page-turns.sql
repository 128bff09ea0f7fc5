-- Yomi: the page turns of a dozen readers on one day in April, in seconds since midnight.
CREATE TABLE page_turns (reader_id INTEGER, turned_at INTEGER);

-- Everybody turns 40 pages, one each 40 seconds; readers 1 to 3 sit down once, 4 to 9 twice,
-- 10 to 12 three times, and the breaks between are of an hour and more.
INSERT INTO page_turns
SELECT reader, 25200 + reader * 900 + page * 40 + 4000 * CASE
         WHEN reader <= 3 THEN 0
         WHEN reader <= 9 THEN page // 20
         ELSE page // 14 END
FROM range(1, 13) AS readers(reader), range(40) AS pages(page);
