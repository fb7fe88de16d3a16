-- question: what do the feeds say of the indicators that a run has met? Of each feed only what it said last.
-- params:   run UInt64 (candidates of the run in `match`)
-- returns:  one row per assertion; times in µs, 0 where not stated
WITH own AS (SELECT * FROM indicator WHERE id IN (SELECT indicator FROM match WHERE run = {run:UInt64}))
SELECT
  id, kind, value, url, feed, families, targeted, confidence,
  toUnixTimestamp64Micro(valid_from) AS valid_from,
  toUnixTimestamp64Micro(valid_until) AS valid_until,
  toUnixTimestamp64Micro(published) AS published,
  state
FROM own
WHERE (id, feed, added) IN (SELECT id, feed, max(added) FROM own GROUP BY id, feed)
ORDER BY id, feed, families
