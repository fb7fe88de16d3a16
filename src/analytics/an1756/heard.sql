-- question: when was each device heard: in the network, by the hour, and by its own reports, by the day?
-- params:   sources Array(UInt64)
-- returns:  one row per device and stream (network: `slots` are hours since 1970; reports: days since 1970), ascending
SELECT who, 'network' AS stream, arraySort(groupUniqArray(toUInt32(intDiv(toUnixTimestamp(hour), 3600)))) AS slots
FROM visit GROUP BY who
UNION ALL
SELECT
  multiIf(i.device != '', concat('device ', i.device), i.name != '', concat('label ', i.name), '') AS who,
  'reports' AS stream, arraySort(groupUniqArray(slot)) AS slots
FROM
(
  SELECT
    arrayStringConcat([subjectOf(e.device, multiIf(e.device = '', '', e.device = s.device, s.device_from, 'record'), e.user, '', '', ''), e.crash_reporter_key, e.serial, e.udid], '\x1F') AS subject,
    toUInt32(intDiv(toUnixTimestamp(e.ts), 86400)) AS slot, min(e.ts) AS ts
  FROM (SELECT source, ts, device, user, crash_reporter_key, serial, udid FROM device_event WHERE source IN {sources:Array(UInt64)} AND platform IN ('', 'ios')) AS e
  INNER JOIN (SELECT id, device, device_from FROM source_live) AS s ON s.id = e.source
  GROUP BY subject, slot
) AS d ASOF LEFT JOIN identity AS i ON i.subject = d.subject AND i.from <= d.ts
GROUP BY who
HAVING who != ''
ORDER BY who, stream
