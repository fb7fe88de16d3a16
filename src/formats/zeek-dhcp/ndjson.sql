-- question: which leases does this Zeek dhcp.log (NDJSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `identity_event` that the claim names
SELECT
  record,
  line AS raw,
  zeekTime(j.ts) AS ts,
  if(j.lease_time > 0 AND j.lease_time < 4294967295, ts + toIntervalSecond(toUInt32(j.lease_time)), toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  -- INFORM: a client that has its address already; its name is confirmed, no lease is given
  arrayFirst(a -> a NOT IN ('', '0.0.0.0'), [addressOf(j.assigned_addr), addressOf(j.client_addr), addressOf(j.assigned_ip)]) AS ip,
  lower(j.mac) AS mac,
  lower(zeekText(if(j.host_name = '', j.client_fqdn, j.host_name))) AS host
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts String, client_addr String, assigned_addr String, assigned_ip String, mac String, host_name String, client_fqdn String, lease_time Float64, msg_types Array(String))') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND ip != '' AND mac != '' AND (has(j.msg_types, 'ACK') OR empty(j.msg_types)) AND NOT hasAny(j.msg_types, ['RELEASE', 'DECLINE'])
