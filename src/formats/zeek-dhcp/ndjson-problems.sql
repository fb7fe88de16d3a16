-- question: what is wrong with the lines of a Zeek dhcp.log (NDJSON) that gave no lease?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: exchanges that ended without a lease, and leases given back
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', NOT JSONHas(line, 'ts'), 'missing_field', toUnixTimestamp64Micro(t) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'ts cannot be read as a time', 'ts, mac or the address assigned is missing') AS detail,
  line
FROM
(
  SELECT record, line, zeekTime(JSONExtract(line, 'ts', 'String')) AS t, JSONExtract(line, 'msg_types', 'Array(String)') AS types
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]')
  AND NOT (toUnixTimestamp64Micro(t) > 0 AND notEmpty(types) AND (NOT has(types, 'ACK') OR hasAny(types, ['RELEASE', 'DECLINE'])))
