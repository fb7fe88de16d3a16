-- question: what is wrong with the lines of a Microsoft DNS debug log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; order String
-- returns:  record, code, detail, line
-- passed over: the key at the head of the log, the details after a packet (indented, or named), events that are no packets,
--              answers, queries of the server itself, updates and notifies
WITH
  extractGroups(line, '^([0-9/.-]+) ([0-9:]+)( [AP]M)? ') AS t,
  position(line, ' PACKET ') > 0 AS packet
SELECT
  record,
  multiIf(NOT packet, 'bad_record', toUnixTimestamp64Micro(msdnsTime(t[1], t[2], trim(BOTH ' ' FROM t[3]), {order:String})) <= 0, 'bad_time', 'bad_record') AS code,
  multiIf(code = 'bad_time', 'the time cannot be read', packet, 'the packet is not written as the server writes it', 'neither packet nor event of the server') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND NOT match(line, '^\\s|^(DNS Server log file|Log file wrap|Message logging key|  Field|UDP |TCP |Socket|Remote addr|Time Query|Buf length|Msg length|Message:|XID|Flags|QR|OPCODE|AA|TC|RD|RA|Z|CD|AD|RCODE|QCOUNT|ACOUNT|NSCOUNT|ARCOUNT|QUESTION|ANSWER|AUTHORITY|ADDITIONAL|Offset|Name|QTYPE|QCLASS)')
  AND NOT (length(t) = 3 AND NOT packet AND match(line, '^[0-9/.-]+ [0-9:]+( [AP]M)? [0-9A-F]+ [A-Z]+'))
  AND NOT match(line, ' PACKET +[0-9A-F]+ (UDP|TCP) (Snd \\S+ +[0-9a-f]{4} .|Rcv \\S+ +[0-9a-f]{4} (R|  [NU?])) ')
