-- question: what is wrong with the lines of a Zeek dhcp.log (TSV) that gave no lease?
-- params:   lines Identifier (record, line): the lines left over; f, n, header, separator, sets: as in tsv.sql
-- returns:  record, code, detail, line
-- passed over: exchanges that ended without a lease, and leases given back
WITH
  {f:Array(UInt32)} AS f,
  splitByString({separator:String}, line) AS c,
  splitByString({sets:String}, c[greatest(f[9], 1)]) AS types
SELECT
  record,
  multiIf(
    startsWith(line, '#fields'), 'unknown_field',
    {n:UInt32} = 0, 'bad_record',
    length(c) < {n:UInt32}, 'truncated',
    toUnixTimestamp64Micro(zeekTime(c[greatest(f[1], 1)])) <= 0, 'bad_time',
    'missing_field') AS code,
  multiIf(
    code = 'unknown_field', 'the columns change here; what follows was read with the columns of the first header',
    {n:UInt32} = 0, 'the header with #fields is missing: which column holds what cannot be told',
    code = 'truncated', concat(toString(length(c)), ' columns instead of ', toString({n:UInt32})),
    code = 'bad_time', 'ts cannot be read as a time',
    'mac or the address assigned is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND (NOT startsWith(line, '#') OR startsWith(line, '#fields') AND trim(BOTH ' ' FROM replaceRegexpAll(trim(TRAILING '\r' FROM line), '[\\s,]+', ' ')) != concat('#fields ', {header:String}))
  AND NOT ({n:UInt32} > 0 AND length(c) >= {n:UInt32} AND toUnixTimestamp64Micro(zeekTime(c[greatest(f[1], 1)])) > 0 AND f[9] > 0 AND c[greatest(f[9], 1)] != {unset:String} AND (NOT has(types, 'ACK') OR hasAny(types, ['RELEASE', 'DECLINE'])))
