-- question: which addresses did this DHCP server hand out, to which MAC addresses and host names?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for dates without a year
-- returns:  record, raw, and the columns of `identity_event` that the claim names
-- Written for the engine as cef/events.sql is.
SELECT
  arrayJoin(arrayWithConstant(toUInt8(toUnixTimestamp64Micro(ts) > 0 AND ip != '' AND length(mac) = 17 AND match(mac, '^([0-9a-f]{2}:){5}[0-9a-f]{2}$')), record)) AS record,
  line AS raw,
  if(at > 0, arrayMap(head -> logTime(head, {notAfter:Int64}), if(at > 0, [substring(line, 1, at - 1)], []))[1], times[1]) AS ts,
  multiIf(
    at = 0, times[2],
    seconds > 0, ts + toIntervalSecond(seconds),
    toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  addressOf(if(at > 0, words[3], event[1])) AS ip,
  lower(if(at > 0, if(words[4] = 'to', words[5], trim(BOTH '()' FROM words[4])), event[4])) AS mac,
  lower(if(at > 0, if(position(ack, ':') > 0 AND startsWith(named, '(') AND endsWith(named, ')'), substring(named, 2, length(named) - 2), ''), event[3])) AS host
FROM
(
  SELECT
    *,
    -- the name of the client stands in brackets behind its MAC address; it may hold blanks
    if(words[4] = 'to', extract(ack, '^\\S+ \\S+ \\S+ \\S+ \\S+ (\\([^)]*\\))'), extract(ack, '^\\S+ \\S+ \\S+ \\S+ (\\([^)]*\\))')) AS named,
    if(position(ack, ' lease-duration ') > 0, toUInt32OrZero(extract(ack, ' lease-duration ([0-9]{1,9})(?: |$)')), 0) AS seconds,
    arrayMap(x -> epochTime(x), if(at = 0, [event[5], event[6]], [])) AS times
  FROM
  (
    SELECT
      record,
      line,
      position(line, 'DHCPACK ') AS at,
      -- DHCPACK on 192.0.2.7 to aa:… (host) via eth0 …; DHCPACK to 192.0.2.7 (aa:…) via eth0, which answers DHCPINFORM
      if(at > 0, trim(TRAILING '\r' FROM substring(line, at)), '') AS ack,
      splitByChar(' ', ack, 6) AS words,
      -- r-l-e:address,state,host,MAC,start,end,…
      splitByChar(',', if(at > 0, '', substring(line, position(line, 'r-l-e:') + 6)), 8) AS event
    FROM {lines:Identifier}
    WHERE position(line, 'DHCPACK ') > 0 OR position(line, 'r-l-e:') > 0
  )
  WHERE if(at > 0, words[2] IN ('on', 'to'), lower(event[2]) IN ('issued', 'renewed', 'fixed'))
)
