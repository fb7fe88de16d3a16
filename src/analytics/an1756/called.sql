-- question: what did each subject call each address in each hour of these days and the days before them, as handshakes and answers tell?
-- params:   as subject-hour.sql
-- returns:  columns of `called`
WITH
  multiIf(device = '', '', device = transform(source, {labelled:Array(UInt64)}, {labels:Array(String)}, ''), transform(source, {labelled:Array(UInt64)}, {froms:Array(String)}, ''), 'record') AS device_from
SELECT
  toUInt32(intDiv(toUnixTimestamp64Micro(ts), 3600000000)) AS hour,
  subjectKey(device, device_from, user, src_ip, src_mac, src_host) AS subject,
  sipHash64(arrayJoin(if(kind = 'dns', answers, [dst_ip]))) AS address,
  sipHash64(domain) AS name,
  sum(hits) AS contacts
FROM network
WHERE source IN {sources:Array(UInt64)} AND intDiv(toUnixTimestamp64Micro(ts), 86400000000) IN (SELECT arrayJoin(arrayConcat({days:Array(UInt32)}, arrayMap(day -> day - 1, {days:Array(UInt32)}))))
  AND domain != '' AND kind != 'flow' AND (kind = 'dns' OR dst_ip NOT IN ('', domain))
GROUP BY hour, subject, address, name
