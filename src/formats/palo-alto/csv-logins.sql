-- question: which addresses belonged to whom, according to GlobalProtect, User-ID and HIP match in this PAN-OS log (CSV)?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `identity_event` that the claim names
WITH
  -- 7 generated, then GLOBALPROTECT: vsys, event, 10 stage, …, 13 user, region, 15 machine, public addresses, 18 private address,
  -- 19 private v6, host id, 21 serial number, …, 29 status, location, 31 login duration in seconds;
  -- USERID: vsys, 9 address, 10 user; HIPMATCH: 8 user, vsys, 10 machine, system, 12 address, …, 29 serial number
  c[4] = 'GLOBALPROTECT' AS tunnel,
  c[4] = 'HIPMATCH' AS posture,
  isoTime(arrayFirst(x -> match(x, '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9]{2}:[0-9]{2}$'), arraySlice(c, 26))) AS exact,
  if(toUnixTimestamp64Micro(exact) > 0, exact, slashTime(c[7])) AS logged,
  tunnel AND c[10] = 'logout' AS left,
  if(left, toUInt32OrZero(c[31]), 0) AS seconds,
  addressOf(c[multiIf(tunnel, 18, posture, 12, 9)]) AS inner
SELECT
  arrayJoin(arrayWithConstant(toUInt8((tunnel AND length(c) >= 31 AND c[29] != 'failure' OR posture AND length(c) >= 18 OR c[4] = 'USERID' AND c[5] = 'login' AND length(c) >= 12) AND toUnixTimestamp64Micro(logged) > 0 AND ip NOT IN ('', '::', '0.0.0.0')), record)) AS record,
  line AS raw,
  logged - toIntervalSecond(seconds) AS ts,
  if(left, logged, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  c[multiIf(tunnel, 13, posture, 8, 10)] AS user,
  if(inner NOT IN ('', '0.0.0.0') OR NOT tunnel, inner, addressOf(c[19])) AS ip,
  lower(multiIf(tunnel, c[15], posture, c[10], '')) AS host,
  multiIf(tunnel, c[21], posture, c[29], '') AS serial
FROM
(
  SELECT record, line, arrayJoin([csvFields(panRecord(line), ',')]) AS c
  FROM {lines:Identifier}
  WHERE multiSearchAny(line, [',GLOBALPROTECT,', ',USERID,', ',HIPMATCH,'])
)
