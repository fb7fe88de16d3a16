-- question: which flows does this log of IPFIX or NetFlow v9 records (JSON lines) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
-- Written for the engine as cef/events.sql is.
SELECT
  arrayJoin(arrayWithConstant(toUInt8(toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND dst_ip != '' AND transport != ''), record)) AS record,
  line AS raw,
  multiIf(toUnixTimestamp64Micro(start) > 0, start, booted > 1000000000000, fromUnixTimestamp64Micro((booted + up) * 1000, 'UTC'), collected) AS ts,
  if(toUnixTimestamp64Micro(start) > 0 AND finish >= start, finish, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'flow' AS kind,
  if(reply, '', lower(arrayFirst(x -> x != '', [m['sourcemacaddress'], m['insrcmac']]))) AS src_mac,
  addressOf(if(reply, to_ip, from_ip)) AS src_ip,
  if(reply, to_port, from_port) AS src_port,
  addressOf(if(reply, from_ip, to_ip)) AS dst_ip,
  if(reply, from_port, to_port) AS dst_port,
  if(match(protocol, '^[0-9]{1,3}$'), protocolName(toUInt8OrZero(protocol)), lower(protocol)) AS transport,
  if(reply, back, there) AS bytes_out,
  if(reply, there, back) AS bytes_in,
  multiIf(toUnixTimestamp64Micro(ts_end) > 0, toUnixTimestamp64Micro(ts_end) - toUnixTimestamp64Micro(ts), lasted BETWEEN 1 AND 86400000, lasted * 1000, -1) AS duration
FROM
(
  SELECT
    *,
    isReply(from_port, to_port) AS reply,
    times[1] AS start,
    times[2] AS finish,
    times[3] AS collected
  FROM
  (
    SELECT
      *,
      arrayMap(
        x -> anyTime(x),
        [
          arrayFirst(x -> x != '', [m['flowstartnanoseconds'], m['flowstartmicroseconds'], m['flowstartmilliseconds'], m['flowstartseconds']]),
          arrayFirst(x -> x != '', [m['flowendnanoseconds'], m['flowendmicroseconds'], m['flowendmilliseconds'], m['flowendseconds']]),
          stamp
        ]) AS times,
      -- the uptime of the exporter becomes a time where the record says when it was started
      toInt64OrZero(m['systeminittimemilliseconds']) AS booted,
      toInt64OrZero(m['flowstartsysuptime']) AS up,
      toInt64OrZero(arrayFirst(x -> x != '', [m['flowendsysuptime'], m['lastswitched']])) - toInt64OrZero(arrayFirst(x -> x != '', [m['flowstartsysuptime'], m['firstswitched']])) AS lasted,
      toUInt16OrZero(arrayFirst(x -> x != '', [m['sourcetransportport'], m['l4srcport'], m['udpsourceport'], m['tcpsourceport']])) AS from_port,
      toUInt16OrZero(arrayFirst(x -> x != '', [m['destinationtransportport'], m['l4dstport'], m['udpdestinationport'], m['tcpdestinationport']])) AS to_port,
      arrayFirst(x -> x != '', [m['sourceipv4address'], m['sourceipv6address'], m['ipv4srcaddr'], m['ipv6srcaddr']]) AS from_ip,
      arrayFirst(x -> x != '', [m['destinationipv4address'], m['destinationipv6address'], m['ipv4dstaddr'], m['ipv6dstaddr']]) AS to_ip,
      arrayFirst(x -> x != '', [m['protocolidentifier'], m['protocol']]) AS protocol,
      ifNull(toInt64OrNull(arrayFirst(x -> x != '', [m['initiatoroctets'], m['octetdeltacount'], m['octettotalcount'], m['inbytes']])), -1) AS there,
      ifNull(toInt64OrNull(arrayFirst(x -> x != '', [m['responderoctets'], m['reverseoctetdeltacount'], m['outbytes']])), -1) AS back
    FROM
    (
      SELECT
        record,
        line,
        -- keys without marks, as in format.ts
        arrayJoin([mapFromArrays(arrayMap(p -> replaceAll(lower(replaceOne(p.1, 'iana:', '')), '_', ''), pairs), arrayMap(p -> p.2, pairs))]) AS m,
        if(inner, arrayFirst(x -> x != '', [JSONExtract(line, '@timestamp', 'String'), JSONExtract(line, 'timestamp', 'String')]), arrayFirst(x -> x != '', [m['@timestamp'], m['timestamp']])) AS stamp
      FROM
      (
        SELECT
          record,
          line,
          JSONType(line, 'netflow') = 'Object' AS inner,
          if(inner, JSONExtractKeysAndValues(line, 'netflow', 'String'), JSONExtractKeysAndValues(line, 'String')) AS pairs
        FROM {lines:Identifier}
        WHERE startsWith(trimLeft(line), '{')
      )
    )
  )
)
