-- question: which hosts did which app contact, as this App Privacy Report sums it up?
-- params:   lines Identifier (record, line); device String: device of the whole source, '' when unknown
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  isoTime(j.firstTimeStamp) AS first,
  isoTime(j.timeStamp) AS last
SELECT
  record,
  line AS raw,
  -- one of the two is enough; a clock that was set back turns them round
  if(toUnixTimestamp64Micro(first) <= 0 OR toUnixTimestamp64Micro(last) <= 0, greatest(first, last), least(first, last)) AS ts,
  greatest(first, last) AS ts_end,
  'app_domain' AS kind,
  j.bundleID AS app,
  'on_device_report' AS attribution,
  if(dst_ip = '', nameOf(j.domain), '') AS domain,
  if(j.domain IN (domain, dst_ip), '', j.domain) AS domain_raw,
  addressOf(trim(BOTH '[]' FROM j.domain)) AS dst_ip,
  if(j.hits < 1, 1, j.hits) AS hits,
  multiIf(j.initiatedType = 'AppInitiated', 'app', j.initiatedType = 'NonAppInitiated', 'user', '') AS initiated,
  j.context AS context,
  j.domainOwner AS domain_owner,
  -- weekly reports share days: the same row comes again with a later end and more hits
  concat('app-privacy ', {device:String}, ' ', j.bundleID, ' ', j.domain, ' ', toString(toUnixTimestamp64Micro(ts)), ' ', j.initiatedType, ' ', j.context) AS event_key
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(`type` String, bundleID String, domain String, domainOwner String, initiatedType String, context String, hits UInt32, firstTimeStamp String, timeStamp String)') AS j
  FROM {lines:Identifier}
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE j.`type` = 'networkActivity' AND j.domain != '' AND toUnixTimestamp64Micro(ts) > 0
