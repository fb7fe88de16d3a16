-- question: what is wrong with the lines of a LEEF log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: events without a destination
WITH
  match(line, 'LEEF: ?[12](\\.0)?\\|([^|]*\\|){4}') AS whole,
  match(line, '(?i)[^a-z]devtime=[^\\s]') OR toUnixTimestamp64Micro(logTime(substring(line, 1, position(line, 'LEEF:') - 1), {notAfter:Int64})) > 0 AS timed
SELECT
  record,
  multiIf(NOT whole, 'bad_record', timed, 'missing_field', 'bad_time') AS code,
  multiIf(NOT whole, 'not a LEEF event: the five fields of the header are not all there', timed, 'the destination (dst, dstHost, url) or the time cannot be read', 'neither devTime nor the head of the line holds a readable time') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT (whole AND NOT match(line, '(?i)[^a-z](dst|dsthost|dsthostname|dhost|domain|fqdn|url|request)=[^\\s]'))
