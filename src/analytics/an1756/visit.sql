-- question: what did each device do at each destination in each hour, whatever sources tell of it?
-- params:   days Array(UInt32) (days since 1970), which `subject_hour` holds; sources Array(UInt64) that tell of them; the names of its flows are in `flow_name`
-- returns:  columns of `visit`
WITH
  -- a subject as text, and the hash of it as in subject-hour.sql
  text AS (SELECT DISTINCT value AS subject, splitByChar('\x1F', value) AS part FROM name WHERE kind = 'subject' AND source IN {sources:Array(UInt64)} AND length(part) = 6),
  subjects AS
  (
    SELECT text.subject AS text, concat('address ', part[4]) AS address,
      subjectKey(part[1], part[2], part[3], part[4], part[5], part[6]) AS subject
    FROM text
  ),
  -- who a subject was on these days, from when on: where nobody is named, its address
  spans AS
  (
    SELECT s.subject AS subject, s.address AS address, if(i.device != '', concat('device ', i.device), concat('label ', i.name)) AS who, toUnixTimestamp64Micro(i.from) AS since, toUnixTimestamp64Micro(i.to) AS until
    FROM subjects AS s INNER JOIN identity AS i ON i.subject = s.text
    WHERE (i.device != '' OR i.name != '') AND since < (arrayMax({days:Array(UInt32)}) + 1) * 86400000000 AND until > arrayMin({days:Array(UInt32)}) * 86400000000
  ),
  turns AS
  (
    SELECT subject, since, argMax(who, named) AS who
    FROM
    (
      SELECT subject, since, who, 1 AS named FROM spans
      UNION ALL SELECT subject, until AS since, address AS who, 0 AS named FROM spans
      UNION ALL SELECT subject, toInt64(0) AS since, address AS who, 0 AS named FROM subjects
    )
    GROUP BY subject, since
  ),
  -- most subjects were one and the same all the time: only the others carry a list
  person AS
  (
    SELECT subject, if(count() = 1, any(sipHash64(turns.who)), 0) AS one, if(one = 0, arraySort(groupArray((turns.since, sipHash64(turns.who)))), []) AS turn
    FROM turns GROUP BY subject
  ),
  -- flows carry bytes and no name
  named AS
  (
    SELECT subject, hour, value AS name, port, class, app, contacts, failed, odd, bytes_out, bytes_in, minutes, first, last FROM subject_hour WHERE class != 4
    UNION ALL
    SELECT f.subject AS subject, f.hour AS hour, if(n.name != 0, n.name, f.value) AS name, f.port AS port, f.class AS class, f.app AS app, f.contacts AS contacts,
      f.failed AS failed, f.odd AS odd, f.bytes_out AS bytes_out, f.bytes_in AS bytes_in, f.minutes AS minutes, f.first AS first, f.last AS last
    FROM (SELECT *, cityHash64(subject, hour, value) AS key FROM subject_hour WHERE class = 4) AS f
    ANY LEFT JOIN (SELECT key, name FROM flow_name WHERE name != 0) AS n ON n.key = f.key
  ),
  placed AS
  (
    SELECT n.*, p.destination_id AS destination, p.sort AS place, if(p.internal, toInt32(n.port), -1) AS service,
      if(n.name = p.destination_id AND NOT p.internal, 0, bitOr(bitAnd(n.name, bitNot(toUInt64(255))), least(p.size, 255))) AS below
    FROM named AS n
    ANY LEFT JOIN (SELECT id, destination_id, if(class = '', 0, sipHash64(class)) AS sort, class = 'internal' AS internal, size FROM place WHERE class NOT IN ('resolver', 'nobody')) AS p ON p.id = n.name
    WHERE p.id != 0 AND NOT (p.internal AND n.class = 2)
  ),
  seen AS
  (
    SELECT
      if(i.one != 0, i.one, i.turn[arrayCount(turn -> turn.1 <= p.first, i.turn)].2) AS who,
      p.destination AS destination, p.service AS service, p.hour AS hour,
      max(p.place) AS class,
      max(p.app) AS app,
      -- dns, tls and flow of one contact are one contact
      greatest(sumIf(p.contacts, p.class IN (0, 4)), sumIf(p.contacts, p.class = 1), sumIf(p.contacts, p.class = 2), sumIf(p.contacts, p.class = 3)) AS contacts,
      least(contacts, greatest(sumIf(p.failed, p.class IN (0, 4)), sumIf(p.failed, p.class NOT IN (0, 4)))) AS failed,
      sum(p.bytes_out) AS bytes_out,
      sum(p.bytes_in) AS bytes_in,
      groupBitOr(p.minutes) AS minutes,
      -- each name once: its hash, whose last byte is its length
      groupUniqArrayIf(p.below, p.below != 0) AS names,
      sum(p.odd) AS odd,
      min(p.first) AS first,
      max(p.last) AS last
    FROM placed AS p ANY LEFT JOIN person AS i ON i.subject = p.subject
    WHERE i.one != 0 OR notEmpty(i.turn)
    GROUP BY who, destination, service, hour
  )
SELECT
  w.who AS who,
  if(s.service < 0, d.destination, concat(d.destination, ':', toString(s.service))) AS destination,
  sipHash64(s.who, s.destination, s.service) AS pair,
  c.class AS class,
  toDateTime64(s.hour * 3600, 6, 'UTC') AS hour,
  a.app AS app,
  s.contacts AS contacts, s.failed AS failed, s.bytes_out AS bytes_out, s.bytes_in AS bytes_in, s.minutes AS minutes,
  length(s.names) AS names, arraySum(name -> bitAnd(name, 255), s.names) AS longest, s.odd AS odd,
  fromUnixTimestamp64Micro(s.first, 'UTC') AS first, fromUnixTimestamp64Micro(s.last, 'UTC') AS last
FROM seen AS s
INNER JOIN (SELECT sipHash64(who) AS id, who FROM (SELECT DISTINCT who FROM turns)) AS w ON w.id = s.who
ANY LEFT JOIN (SELECT destination_id AS id, destination FROM place) AS d ON d.id = s.destination
LEFT JOIN (SELECT DISTINCT sipHash64(value) AS id, value AS app FROM name WHERE kind = 'app' AND source IN {sources:Array(UInt64)}) AS a ON a.id = s.app
LEFT JOIN (SELECT sipHash64(class) AS id, class FROM (SELECT DISTINCT class FROM place WHERE class != '')) AS c ON c.id = s.class
