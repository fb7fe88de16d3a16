-- question: what is wrong with the lines of a LEEF log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: events without a destination
WITH match(line, 'LEEF: ?[12](\\.0)?\\|([^|]*\\|){4}') AS whole
SELECT
  record,
  if(whole, 'bad_time', 'bad_record') AS code,
  if(whole, 'neither devTime nor the head of the line holds a readable time', 'not a LEEF event: the five fields of the header are not all there') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT (whole AND NOT match(line, '(?i)[^a-z](dst|dsthost|dsthostname|dhost|domain|fqdn|url|request)=[^\\s]'))
