-- question: what is wrong with the lines of a NextDNS log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; f Array(UInt32): positions, as in csv.sql
-- returns:  record, code, detail, line
-- passed over: blank lines and the header
WITH {f:Array(UInt32)} AS f
SELECT
  record,
  multiIf(length(c) < arrayMax(f), 'bad_record', trim(BOTH ' ' FROM c[f[2]]) IN ('', '.'), 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'fewer fields than the header names, or a quote that is not closed', code = 'bad_time', 'timestamp cannot be read as a time', 'domain is missing') AS detail,
  line
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]') AND lower(trim(BOTH ' ' FROM c[f[2]])) != 'domain'
