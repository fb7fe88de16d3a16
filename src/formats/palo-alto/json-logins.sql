-- question: which addresses belonged to whom, according to GlobalProtect and HIP match in this log of Strata Logging Service (JSON)?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `identity_event` that the claim names
WITH
  if(toUnixTimestamp64Micro(isoTime(j.TimeGeneratedHighResolution)) > 0, isoTime(j.TimeGeneratedHighResolution), isoTime(j.TimeGenerated)) AS logged,
  j.LogType = 'HIPMATCH' AS posture,
  x -> if(x = 'null', '', x) AS given,
  j.Stage = 'logout' AS left,
  if(left, toUInt32OrZero(j.LoginDuration), 0) AS seconds,
  if(posture, j.SourceIP, j.PrivateIPv4) AS inner
SELECT
  arrayJoin(arrayWithConstant(toUInt8(j.LogType IN ('GLOBALPROTECT', 'HIPMATCH') AND toUnixTimestamp64Micro(logged) > 0 AND ip NOT IN ('', '::', '0.0.0.0') AND j.EventStatus != 'failure'), record)) AS record,
  line AS raw,
  logged - toIntervalSecond(seconds) AS ts,
  if(left, logged, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  given(if(posture, j.SourceUser, j.SourceUserName)) AS user,
  addressOf(if(addressOf(inner) NOT IN ('', '0.0.0.0'), inner, if(posture, j.SourceIPv6, j.PrivateIPv6))) AS ip,
  lower(given(j.EndpointDeviceName)) AS host,
  given(if(posture, j.EndpointSerialNumber, j.EndpointSN)) AS serial
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(TimeGenerated String, TimeGeneratedHighResolution String, LogType String, Stage String, EventStatus String, SourceUserName String, PrivateIPv4 String, PrivateIPv6 String, EndpointDeviceName String, EndpointSN String, LoginDuration String, SourceUser String, SourceIP String, SourceIPv6 String, EndpointSerialNumber String)') AS j
  FROM {lines:Identifier}
  WHERE NOT startsWith(trimLeft(line), '[') AND multiSearchAny(line, ['GLOBALPROTECT', 'HIPMATCH'])
)
