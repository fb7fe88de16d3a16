-- question: which private addresses did GlobalProtect give to whom, according to this log of Strata Logging Service (JSON)?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `identity_event` that the claim names
WITH
  if(toUnixTimestamp64Micro(isoTime(j.TimeGeneratedHighResolution)) > 0, isoTime(j.TimeGeneratedHighResolution), isoTime(j.TimeGenerated)) AS logged,
  j.Stage = 'logout' AS left,
  if(left, toUInt32OrZero(j.LoginDuration), 0) AS seconds
SELECT
  record,
  line AS raw,
  logged - toIntervalSecond(seconds) AS ts,
  if(left, logged, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  if(j.SourceUserName = 'null', '', j.SourceUserName) AS user,
  if(addressOf(j.PrivateIPv4) NOT IN ('', '0.0.0.0'), addressOf(j.PrivateIPv4), addressOf(j.PrivateIPv6)) AS ip,
  if(j.EndpointDeviceName = 'null', '', lower(j.EndpointDeviceName)) AS host,
  if(j.EndpointSN = 'null', '', j.EndpointSN) AS serial
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(TimeGenerated String, TimeGeneratedHighResolution String, LogType String, Stage String, EventStatus String, SourceUserName String, PrivateIPv4 String, PrivateIPv6 String, EndpointDeviceName String, EndpointSN String, LoginDuration String)') AS j
  FROM {lines:Identifier}
  WHERE NOT startsWith(trimLeft(line), '[') AND position(line, 'GLOBALPROTECT') > 0
)
WHERE j.LogType = 'GLOBALPROTECT' AND toUnixTimestamp64Micro(logged) > 0 AND ip NOT IN ('', '::', '0.0.0.0') AND j.EventStatus != 'failure'
