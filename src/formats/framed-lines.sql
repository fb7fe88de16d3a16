-- question: which messages do these lines carry, without the syslog head around each?
-- params:   lines Identifier (record, line); rfc5424, rfc3164 String: patterns of the heads (framed.ts)
-- returns:  record, line: one row for each message. A line holds several where messages are told apart by their length
--           (RFC 6587, octet counting) and have no newline between them.
SELECT record, if(match(frame, {rfc5424:String}), replaceRegexpOne(frame, {rfc5424:String}, ''), replaceRegexpOne(frame, {rfc3164:String}, '')) AS line
FROM
(
  SELECT
    record,
    arrayJoin(if(empty(counted), [line], counted)) AS frame
  FROM
  (
    SELECT
      record,
      line,
      -- state: where the next frame begins, frames so far
      tupleElement(
        arrayFold(
          (s, i) -> multiIf(
            s.1 > length(line), s,
            match(substring(line, s.1, 12), '^[1-9][0-9]{0,5} <'),
            (
              s.1 + length(extract(substring(line, s.1, 12), '^[0-9]+')) + 1 + toUInt64OrZero(extract(substring(line, s.1, 12), '^[0-9]+')),
              arrayPushBack(s.2, substring(line, s.1 + length(extract(substring(line, s.1, 12), '^[0-9]+')) + 1, toUInt64OrZero(extract(substring(line, s.1, 12), '^[0-9]+'))))),
            -- what no count precedes is handed on as it stands
            (toUInt64(length(line) + 1), arrayPushBack(s.2, substring(line, s.1)))),
          range(if(match(line, '^[1-9][0-9]{0,5} <[0-9]{1,3}>'), least(countSubstrings(line, ' <') + 1, 10000), 0)),
          (toUInt64(1), emptyArrayString())),
        2) AS counted
    FROM {lines:Identifier}
  )
)
