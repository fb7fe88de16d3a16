-- question: since when does each device know each destination, how many others do, and what did it do there in the first day?
-- params:   few UInt64, much UInt64: destinations that more other devices know are left out, but where this one did three
--           times as much there as they do (uploads from `much` bytes on, or active hours)
-- returns:  one row per device and destination; times in s since 1970. `hours`: [hour, contacts, minutes 0–31, minutes 32–59] of the first 30 days
SELECT
  who, destination, class, app, began, ended, t0, others, others_soon, hours_day, contacts_day, failed_day, out_day, in_day, names_day, longest_day, odd_day, hours_all, hours_others, out_others, days_all,
  arrayMap(h -> [h.1, h.2, bitAnd(h.8, 4294967295), bitShiftRight(h.8, 32)], hours) AS hours
FROM
(
  SELECT
    *,
    count() OVER (PARTITION BY destination) - 1 AS others,
    count() OVER (PARTITION BY destination ORDER BY t0 RANGE BETWEEN 172800 PRECEDING AND 172800 FOLLOWING) - 1 AS others_soon,
    if(others = 0, 0, (sum(hours_day) OVER (PARTITION BY destination) - hours_day) / others) AS hours_others,
    if(others = 0, 0, (sum(out_day) OVER (PARTITION BY destination) - out_day) / others) AS out_others,
    min(t0) OVER (PARTITION BY who) AS began,
    max(last) OVER (PARTITION BY who) AS ended
  FROM
  (
    SELECT
      any(visit.who) AS who, any(visit.destination) AS destination, max(visit.class) AS class, max(visit.app) AS app,
      toUInt64(toUnixTimestamp(min(first))) AS t0, toUInt64(toUnixTimestamp(max(visit.last))) AS last,
      arrayFilter(h -> h.1 < t0 + 2592000, arraySort(groupArray((toUInt64(toUnixTimestamp(hour)), contacts, failed, bytes_out, bytes_in, names, longest, minutes, odd)))) AS hours,
      arrayFilter(h -> h.1 < t0 + 86400, hours) AS day,
      length(day) AS hours_day,
      arraySum(h -> h.2, day) AS contacts_day,
      arraySum(h -> h.3, day) AS failed_day,
      arraySum(h -> h.4, day) AS out_day,
      arraySum(h -> h.5, day) AS in_day,
      arraySum(h -> h.6, day) AS names_day,
      arraySum(h -> h.7, day) AS longest_day,
      arraySum(h -> h.9, day) AS odd_day,
      count() AS hours_all,
      uniqExact(intDiv(toUnixTimestamp(hour), 86400)) AS days_all
    FROM visit
    GROUP BY pair
  )
)
WHERE others <= {few:UInt64} OR class = 'internal' OR out_day >= {much:UInt64} AND out_day >= 3 * out_others OR hours_day >= 5 AND hours_day >= 3 * hours_others
ORDER BY who, t0, destination
