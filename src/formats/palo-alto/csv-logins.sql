-- question: which private addresses did GlobalProtect give to whom, according to this PAN-OS log (CSV)?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `identity_event` that the claim names
WITH
  -- 7 generated, vsys, event, 10 stage, …, 13 user, region, 15 machine, public addresses, 18 private address, 19 private v6,
  -- host id, 21 serial number, …, 29 status, location, 31 login duration in seconds
  isoTime(arrayFirst(x -> match(x, '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9]{2}:[0-9]{2}$'), arraySlice(c, 35))) AS exact,
  if(toUnixTimestamp64Micro(exact) > 0, exact, slashTime(c[7])) AS logged,
  c[10] = 'logout' AS left,
  if(left, toUInt32OrZero(c[31]), 0) AS seconds
SELECT
  record,
  line AS raw,
  logged - toIntervalSecond(seconds) AS ts,
  if(left, logged, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  c[13] AS user,
  if(addressOf(c[18]) NOT IN ('', '0.0.0.0'), addressOf(c[18]), addressOf(c[19])) AS ip,
  lower(c[15]) AS host,
  c[21] AS serial
FROM
(
  SELECT record, line, csvFields(panRecord(line), ',') AS c
  FROM {lines:Identifier}
  WHERE position(line, ',GLOBALPROTECT,') > 0
)
WHERE c[4] = 'GLOBALPROTECT' AND length(c) >= 31 AND toUnixTimestamp64Micro(logged) > 0 AND ip NOT IN ('', '::', '0.0.0.0') AND c[29] != 'failure'
