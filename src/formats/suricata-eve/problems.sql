-- question: what is wrong with the lines of a Suricata EVE log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: events that are no contacts or repeat one (stats, fileinfo, anomaly, ssh …), and the half of a DNS look-up
--           that the other half stands for
SELECT record, multiIf(wrong = 1, 'bad_record', wrong = 2, 'missing_field', wrong = 3, 'bad_time', 'missing_field') AS code,
  ['not a JSON object', 'event_type is missing', 'timestamp cannot be read as a time', 'src_ip is missing or no address'][wrong] AS detail,
  line
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(timestamp String, event_type String, src_ip String, dest_ip String, flow Tuple(start String))') AS j,
    multiIf(
      NOT isValidJSON(line) OR JSONType(line) != 'Object', 1,
      j.event_type = '', 2,
      j.event_type NOT IN ('flow', 'http', 'tls', 'quic', 'alert', 'dns'), 0,
      toUnixTimestamp64Micro(isoTime(if(j.event_type = 'flow' AND j.flow.start != '', j.flow.start, j.timestamp))) <= 0, 3,
      addressOf(j.src_ip) = '' OR j.event_type IN ('dns', 'alert') AND addressOf(j.dest_ip) = '', 4,
      0) AS wrong
  FROM {lines:Identifier}
  WHERE match(line, '[^\\s]')
)
WHERE wrong > 0
