-- question: what is wrong with the lines of a log of Strata Logging Service (JSON) that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: logs that are no contacts (SYSTEM, CONFIG, USERID …), and GlobalProtect and HIPMATCH events that name no address
WITH JSONExtract(line, 'Tuple(TimeGenerated String, TimeGeneratedHighResolution String, LogType String)') AS j
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', j.LogType = '' OR j.TimeGenerated = '' AND j.TimeGeneratedHighResolution = '', 'missing_field', toUnixTimestamp64Micro(isoTime(j.TimeGenerated)) <= 0 AND toUnixTimestamp64Micro(isoTime(j.TimeGeneratedHighResolution)) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'TimeGenerated cannot be read as a time', 'LogType, TimeGenerated, or the source or destination is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT (isValidJSON(line) AND match(j.LogType, '^[A-Z_]{3,}$') AND j.LogType NOT IN ('TRAFFIC', 'THREAT', 'URL', 'DECRYPTION', 'DNS'))
