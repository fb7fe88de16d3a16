-- question: how many devices know these destinations, and since when do these devices?
-- params:   destinations Array(String), whos Array(String)
-- returns:  one row per destination and device asked for; `first` in s since 1970
SELECT destination, who, devices, first
FROM
(
  SELECT destination, who, toUInt64(count() OVER (PARTITION BY destination)) AS devices, toUInt64(toUnixTimestamp(min(visit.first))) AS first
  FROM visit
  WHERE destination IN {destinations:Array(String)}
  GROUP BY destination, who
)
WHERE who IN {whos:Array(String)}
ORDER BY destination, who
