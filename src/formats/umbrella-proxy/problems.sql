-- question: what is wrong with the lines of a Cisco Umbrella proxy log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; f Array(UInt32): positions, as in csv.sql
-- returns:  record, code, detail, line
-- passed over: blank lines and the header
WITH {f:Array(UInt32)} AS f
SELECT
  record,
  multiIf(length(c) <= f[7], 'bad_record', connectOrUrlHost('', trim(BOTH ' ' FROM c[f[7]])) = '', 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'too few fields, or a quote that is not closed', code = 'bad_time', 'the time cannot be read', 'the URL is missing, or no URL') AS detail,
  line
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]') AND lower(trim(BOTH ' ' FROM c[f[7]])) != 'url'
