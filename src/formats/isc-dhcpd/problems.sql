-- question: what is wrong with the lines of a DHCP server’s log that gave no lease?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: messages that give no lease (DISCOVER, OFFER, REQUEST, NAK …; lease events freed, expired, abandoned), and in lines
--              with a time, other messages and programs
WITH logTime(substring(line, 1, 64), {notAfter:Int64}) AS ts
SELECT
  record,
  multiIf(NOT match(line, 'DHCPACK (on|to) [0-9.]+ |r-l-e:'), 'bad_record', match(line, 'DHCPACK (on|to) [0-9.]+ .*([0-9A-Fa-f]{2}:){5}'), 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'no time, or not a line of a DHCP server', code = 'bad_time', 'no readable time at the head of the line', 'the address, the MAC address or the time of the lease is missing or cannot be read') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND NOT match(line, 'DHCP(DISCOVER|OFFER|REQUEST|NAK|RELEASE|DECLINE|INFORM|EXPIRE) |r-l-e:[0-9A-Fa-f.:]+,(?i:freed|expired|abandoned|released),')
  AND (match(line, 'DHCPACK|r-l-e:') OR toUnixTimestamp64Micro(ts) <= 0 OR NOT match(line, '^[^\\[]{0,96}[A-Za-z_.-](\\[[0-9]+\\])?: '))
