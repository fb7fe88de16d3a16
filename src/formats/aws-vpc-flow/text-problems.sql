-- question: what is wrong with the lines of an AWS VPC flow log (text) that gave no row?
-- params:   lines Identifier (record, line): the lines left over; f, n: as in text.sql
-- returns:  record, code, detail, line
-- passed over: blank lines, the header, and intervals without data (NODATA, SKIPDATA)
WITH {f:Array(UInt32)} AS f
SELECT
  record,
  multiIf(length(c) < {n:UInt32}, 'bad_record', toUnixTimestamp64Micro(epochTime(c[f[7]])) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'too few fields', code = 'bad_time', 'start cannot be read as a time', 'srcaddr or dstaddr is missing, or no address') AS detail,
  line
FROM
(
  SELECT record, line, splitByWhitespace(replaceRegexpOne(line, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+ ', '')) AS c
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]') AND NOT (length(c) >= {n:UInt32} AND (c[f[10]] IN ('NODATA', 'SKIPDATA') OR c[f[1]] = 'srcaddr'))
