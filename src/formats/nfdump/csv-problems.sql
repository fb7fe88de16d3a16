-- question: what is wrong with the lines of nfdump’s CSV that gave no row?
-- params:   lines Identifier (record, line): the lines left over; f: as in csv.sql
-- returns:  record, code, detail, line
-- passed over: blank lines, the header, and the summary at the end (Summary, its header and its numbers; No matching flows)
WITH {f:Array(UInt32)} AS f
SELECT
  record,
  multiIf(length(c) < arrayMax(f), 'bad_record', toUnixTimestamp64Micro(anyTime(trim(BOTH ' ' FROM c[greatest(f[1], 1)]))) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'too few fields', code = 'bad_time', 'the time of the first packet cannot be read', 'an address or the protocol is missing') AS detail,
  line
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]') AND NOT match(line, '^(Summary|No matching flows?|flows,bytes,packets,.*|[0-9]+(,[0-9]+){5})\\s*$') AND lower(c[greatest(f[4], 1)]) NOT IN ('sa', 'srcaddr')
