-- question: what is wrong with the lines of a Zeek x509.log (TSV) that gave no row?
-- params:   lines Identifier (record, line): the lines left over; f, n, header, separator: as in tsv.sql
-- returns:  record, code, detail, line
WITH splitByString({separator:String}, line) AS c
SELECT
  record,
  multiIf(
    startsWith(line, '#fields'), 'unknown_field',
    {n:UInt32} = 0, 'bad_record',
    length(c) < {n:UInt32}, 'truncated',
    toUnixTimestamp64Micro(zeekTime(c[greatest({f:Array(UInt32)}[1], 1)])) <= 0, 'bad_time',
    'missing_field') AS code,
  multiIf(
    code = 'unknown_field', 'the columns change here; what follows was read with the columns of the first header',
    {n:UInt32} = 0, 'the header with #fields is missing: which column holds what cannot be told',
    code = 'truncated', concat(toString(length(c)), ' columns instead of ', toString({n:UInt32})),
    code = 'bad_time', 'ts cannot be read as a time',
    'fingerprint and certificate.serial are missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND (NOT startsWith(line, '#') OR startsWith(line, '#fields') AND trim(BOTH ' ' FROM replaceRegexpAll(trim(TRAILING '\r' FROM line), '[\\s,]+', ' ')) != concat('#fields ', {header:String}))
