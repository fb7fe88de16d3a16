-- question: which flows does this log of IPFIX or NetFlow v9 records (JSON lines) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  keys -> m[arrayFirst(k -> m[k] != '', keys)] AS field,
  keys -> anyTime(m[arrayFirst(k -> m[k] != '', keys)]) AS timeOf,
  timeOf(['flowstartnanoseconds', 'flowstartmicroseconds', 'flowstartmilliseconds', 'flowstartseconds']) AS start,
  -- the uptime of the exporter becomes a time where the record says when it was started
  toInt64OrZero(m['systeminittimemilliseconds']) AS booted,
  toInt64OrZero(m['flowstartsysuptime']) AS up,
  anyTime(if(JSONExtractString(line, '@timestamp') != '', JSONExtractString(line, '@timestamp'), JSONExtract(line, 'timestamp', 'String'))) AS collected,
  multiIf(toUnixTimestamp64Micro(start) > 0, start, booted > 1000000000000, fromUnixTimestamp64Micro((booted + up) * 1000, 'UTC'), collected) AS began,
  timeOf(['flowendnanoseconds', 'flowendmicroseconds', 'flowendmilliseconds', 'flowendseconds']) AS finish,
  toInt64OrZero(field(['flowendsysuptime', 'lastswitched'])) - toInt64OrZero(field(['flowstartsysuptime', 'firstswitched'])) AS lasted,
  toUInt16OrZero(field(['sourcetransportport', 'l4srcport', 'udpsourceport', 'tcpsourceport'])) AS from_port,
  toUInt16OrZero(field(['destinationtransportport', 'l4dstport', 'udpdestinationport', 'tcpdestinationport'])) AS to_port,
  isReply(from_port, to_port) AS reply,
  field(['sourceipv4address', 'sourceipv6address', 'ipv4srcaddr', 'ipv6srcaddr']) AS from_ip,
  field(['destinationipv4address', 'destinationipv6address', 'ipv4dstaddr', 'ipv6dstaddr']) AS to_ip,
  ifNull(toInt64OrNull(field(['initiatoroctets', 'octetdeltacount', 'octettotalcount', 'inbytes'])), -1) AS there,
  ifNull(toInt64OrNull(field(['responderoctets', 'reverseoctetdeltacount', 'outbytes'])), -1) AS back
SELECT
  record,
  line AS raw,
  began AS ts,
  if(toUnixTimestamp64Micro(start) > 0 AND finish >= start, finish, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'flow' AS kind,
  if(reply, '', lower(field(['sourcemacaddress', 'insrcmac']))) AS src_mac,
  addressOf(if(reply, to_ip, from_ip)) AS src_ip,
  if(reply, to_port, from_port) AS src_port,
  addressOf(if(reply, from_ip, to_ip)) AS dst_ip,
  if(reply, from_port, to_port) AS dst_port,
  multiIf(match(field(['protocolidentifier', 'protocol']), '^[0-9]{1,3}$'), protocolName(toUInt8OrZero(field(['protocolidentifier', 'protocol']))), lower(field(['protocolidentifier', 'protocol']))) AS transport,
  if(reply, back, there) AS bytes_out,
  if(reply, there, back) AS bytes_in,
  multiIf(toUnixTimestamp64Micro(ts_end) > 0, toUnixTimestamp64Micro(ts_end) - toUnixTimestamp64Micro(ts), lasted BETWEEN 1 AND 86400000, lasted * 1000, -1) AS duration
FROM
(
  SELECT
    record,
    line,
    -- keys without marks, as in format.ts
    JSONExtractKeysAndValues(if(JSONType(line, 'netflow') = 'Object', JSONExtractRaw(line, 'netflow'), line), 'String') AS pairs,
    mapFromArrays(arrayMap(p -> replaceAll(lower(replaceOne(p.1, 'iana:', '')), '_', ''), pairs), arrayMap(p -> p.2, pairs)) AS m
  FROM {lines:Identifier}
  WHERE startsWith(trimLeft(line), '{')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND dst_ip != '' AND transport != ''
