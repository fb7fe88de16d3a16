-- question: what is wrong with the lines of a Zeek TSV log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; f: the first is the position of ts; n: columns of a
--           whole record (0: no header); header: names of the columns, divided by blanks; separator
-- returns:  record, code, detail, line
WITH
  splitByString({separator:String}, line) AS c,
  length(c) AS columns
SELECT
  record,
  multiIf(
    startsWith(line, '#fields'), 'unknown_field',
    {n:UInt32} = 0, 'bad_record',
    columns < {n:UInt32}, 'truncated',
    toUnixTimestamp64Micro(zeekTime(c[greatest({f:Array(UInt32)}[1], 1)])) <= 0, 'bad_time',
    'bad_record') AS code,
  multiIf(
    startsWith(line, '#fields'), 'the columns change here; what follows was read with the columns of the first header',
    {n:UInt32} = 0, 'the header with #fields is missing: which column holds what cannot be told',
    columns < {n:UInt32}, concat(toString(columns), ' columns instead of ', toString({n:UInt32})),
    code = 'bad_time', 'ts cannot be read as a time',
    'the address of the client cannot be read in its column') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND (NOT startsWith(line, '#') OR startsWith(line, '#fields') AND trim(BOTH ' ' FROM replaceRegexpAll(trim(TRAILING '\r' FROM line), '[\\s,]+', ' ')) != concat('#fields ', {header:String}))
