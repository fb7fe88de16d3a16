-- question: what is wrong with the lines of a Cisco Umbrella IP log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; f Array(UInt32): positions, as in csv.sql
-- returns:  record, code, detail, line
-- passed over: blank lines and the header
WITH {f:Array(UInt32)} AS f
SELECT
  record,
  multiIf(length(c) <= f[6], 'bad_record', addressOf(trim(BOTH ' ' FROM c[f[3]])) = '' OR addressOf(trim(BOTH ' ' FROM c[f[5]])) = '', 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'too few fields, or a quote that is not closed', code = 'bad_time', 'the time cannot be read', 'the source or destination is missing, or no address') AS detail,
  line
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]') AND NOT match(c[f[5]], '(?i)^ *destination ?ip')
