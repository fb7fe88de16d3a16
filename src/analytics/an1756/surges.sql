-- question: on which days did a device send far more to a destination that it knew than on any day before?
-- params:   times Float64 (at least so many times the most before), much UInt64 (and at least so many bytes)
-- returns:  one row per device, destination and day; times in s since 1970
SELECT who, destination, class, app, at, out, out_before, days_before, hours
FROM
(
  SELECT
    who, destination, any(class) AS class, anyIf(app, app != '') AS app, toDate(hour) AS day,
    sum(bytes_out) AS out, count() AS hours, toUInt64(toUnixTimestamp(min(if(bytes_out >= 20000, first, last)))) AS at,
    max(out) OVER (PARTITION BY who, destination ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS out_before,
    count() OVER (PARTITION BY who, destination ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS days_before
  FROM visit
  GROUP BY who, destination, day
)
WHERE days_before >= 2 AND out >= {much:UInt64} AND out >= {times:Float64} * out_before
ORDER BY who, at, destination
