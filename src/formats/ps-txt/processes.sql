-- question: which processes were running at that moment?
-- params:   lines Identifier (record, line); notAfter Int64: when the sysdiagnose was taken; user, uid, pid, ppid, state, started UInt8: columns; command String: pattern whose group is the command
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  splitByWhitespace(trim(LEADING ' ' FROM line)) AS w,
  extract(line, {command:String}) AS whole,
  -- of a bundle the executable is mostly called like the bundle, blanks included; else the path ends at the first blank
  extractGroups(whole, '^(/.*/([^/]+)[.]app(?:ex)?/)(.*)$') AS bundle,
  multiIf(
    empty(bundle), substringIndex(whole, ' ', 1),
    startsWith(concat(bundle[3], ' '), concat(bundle[2], ' ')), concat(bundle[1], bundle[2]),
    concat(bundle[1], substringIndex(bundle[3], ' ', 1))) AS path
SELECT
  record,
  line AS raw,
  fromUnixTimestamp64Micro({notAfter:Int64}, 'UTC') AS ts,
  'other' AS kind,
  'process' AS category,
  substringIndex(path, '/', -1) AS process,
  path AS process_path,
  mapFilter((k, v) -> v != '', map(
    'pid', w[{pid:UInt8}],
    'ppid', w[{ppid:UInt8}],
    -- root, mobile, _logd …: an account of the system, nobody's user name
    'account', w[{user:UInt8}],
    'uid', w[{uid:UInt8}],
    'state', w[{state:UInt8}],
    'started', w[{started:UInt8}],
    'arguments', substring(whole, length(path) + 2))) AS detail
FROM {lines:Identifier}
WHERE whole != '' AND process != '' AND match(w[{pid:UInt8}], '^[0-9]+$') AND match(w[{ppid:UInt8}], '^[0-9]+$')
