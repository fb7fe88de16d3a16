-- question: on which days was anything seen in the network, and what do the visits of each rest on?
-- params:   none
-- returns:  one row per day (days since 1970): rows of `network`, and a hash of all that its visits are worked out from: the rows
--           of that day and the one before by source, and who the subjects of these sources were on that day
WITH
  told AS (SELECT source, day, rows FROM source_day WHERE rows > 0 AND source IN (SELECT id FROM source_live)),
  own AS (SELECT day, toUInt64(sum(told.rows)) AS rows, groupBitXor(sipHash64(source, told.rows)) AS inputs FROM told GROUP BY day),
  -- what lies outside of the day does not count: a lease that is renewed later changes nothing
  named AS
  (
    SELECT s.day AS day, groupBitXor(sipHash64(i.subject, i.device, i.name, greatest(toUnixTimestamp64Micro(i.from), s.day * 86400000000), least(toUnixTimestamp64Micro(i.to), (s.day + 1) * 86400000000))) AS inputs
    FROM
    (
      SELECT DISTINCT t.day AS day, n.value AS subject
      FROM told AS t INNER JOIN (SELECT source, value FROM name WHERE kind = 'subject') AS n ON n.source = t.source
    ) AS s
    INNER JOIN identity AS i ON i.subject = s.subject
    WHERE toUnixTimestamp64Micro(i.from) < (s.day + 1) * 86400000000 AND toUnixTimestamp64Micro(i.to) > s.day * 86400000000
    GROUP BY day
  )
SELECT o.day AS day, o.rows AS rows, toString(sipHash64(o.inputs, y.inputs, n.inputs)) AS inputs
FROM own AS o
LEFT JOIN (SELECT toUInt32(day + 1) AS day, inputs FROM own) AS y ON y.day = o.day
LEFT JOIN named AS n ON n.day = o.day
ORDER BY day
