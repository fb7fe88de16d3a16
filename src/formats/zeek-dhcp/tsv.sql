-- question: which leases does this Zeek dhcp.log (TSV with #fields) hold?
-- params:   lines Identifier (record, line); f: positions of ts, client_addr, assigned_addr, assigned_ip (Zeek 2.5 and
--           before), mac, host_name, client_fqdn, lease_time, msg_types (0: the log lacks it);
--           n: columns of a whole record; labelled, separator, sets, unset, empty: how the header says values are written
-- returns:  record, raw, and the columns of `identity_event` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (fields, at) -> if(at = 0 OR fields[at] IN ({unset:String}, {empty:String}), '', fields[at]) AS field,
  toFloat64OrZero(field(c, f[8])) AS lease,
  splitByString({sets:String}, field(c, f[9])) AS types
SELECT
  record,
  line AS raw,
  zeekTime(field(c, f[1])) AS ts,
  if(lease > 0 AND lease < 4294967295, ts + toIntervalSecond(toUInt32(lease)), toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  -- INFORM: a client that has its address already; its name is confirmed, no lease is given
  arrayFirst(a -> a NOT IN ('', '0.0.0.0'), [addressOf(field(c, f[3])), addressOf(field(c, f[2])), addressOf(field(c, f[4]))]) AS ip,
  lower(field(c, f[5])) AS mac,
  lower(zeekText(if(field(c, f[6]) = '', field(c, f[7]), field(c, f[6])))) AS host
FROM
(
  SELECT
    record,
    line,
    -- labels of the CTU datasets stand behind blanks in the last column
    splitByString({separator:String}, if({labelled:UInt8} = 1, replaceRegexpOne(trim(TRAILING '\r' FROM line), ' {2,}(\\S+)(?: {2,}(\\S+))?$', '\t\\1\t\\2'), trim(TRAILING '\r' FROM line))) AS c
  FROM {lines:Identifier}
  WHERE NOT startsWith(line, '#')
)
WHERE length(c) >= {n:UInt32} AND toUnixTimestamp64Micro(ts) > 0 AND ip != '' AND mac != ''
  AND (has(types, 'ACK') OR field(c, f[9]) = '') AND NOT hasAny(types, ['RELEASE', 'DECLINE'])
