-- question: what is wrong with the lines of a Zscaler NSS feed (tab-separated key=value) that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: blank lines
WITH
  substringIndex(line, '\t', 1) AS t,
  if(match(t, '^[0-9]'), anyTime(t), ctimeTime(t)) AS ts
SELECT
  record,
  multiIf(countSubstrings(line, '\t') < 3 OR NOT match(line, '\t[A-Za-z_]+='), 'bad_record', toUnixTimestamp64Micro(ts) > 0, 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'not tab-separated key=value', code = 'bad_time', 'the time at the head of the line cannot be read', 'the client, or the name or address contacted, is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
