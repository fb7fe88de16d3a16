-- question: what is wrong with the lines of a PAN-OS log (CSV) that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: logs that are no contacts (SYSTEM, CONFIG, DECRYPTION …), and GlobalProtect, USERID and HIPMATCH events that
--              name no address, or its end
SELECT
  record,
  multiIf(length(c) < 38, 'bad_record', addressOf(c[8]) = '' OR addressOf(c[9]) = '', 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'not a whole PAN-OS record: too few fields, or a quote that is not closed', code = 'bad_time', 'the time cannot be read', 'source or destination is missing, or no address') AS detail,
  line
FROM
(
  SELECT record, line, csvFields(panRecord(line), ',') AS c
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]') AND NOT (match(c[4], '^[A-Z]{3,}$') AND c[4] NOT IN ('TRAFFIC', 'THREAT', 'URL') AND length(c) > 8)
