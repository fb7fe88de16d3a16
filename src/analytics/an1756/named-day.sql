-- question: what did the clients of unnamed flows call the address on that day or the day before; else, where nearly everybody called it so, the others?
-- params:   none: those of `flow_name` without a name
-- returns:  columns of `flow_name`
WITH
  unnamed AS (SELECT key, arrayJoin([intDiv(hour, 24), intDiv(hour, 24) - 1]) AS day, subject, address FROM flow_name WHERE name = 0),
  own AS
  (
    SELECT key, argMax(name, (contacts, name)) AS name
    FROM
    (
      SELECT u.key AS key, c.name AS name, sum(c.contacts) AS contacts
      FROM unnamed AS u
      INNER JOIN (SELECT intDiv(hour, 24) AS day, subject, address, name, contacts FROM called WHERE (subject, address) IN (SELECT subject, address FROM flow_name WHERE name = 0)) AS c
        ON c.day = u.day AND c.subject = u.subject AND c.address = u.address
      GROUP BY key, name
    )
    GROUP BY key
  ),
  others AS
  (
    SELECT day, address, argMax(name, (contacts, name)) AS name
    FROM
    (
      SELECT u.day AS day, u.address AS address, c.name AS name, sum(c.contacts) AS contacts
      FROM (SELECT DISTINCT intDiv(hour, 24) AS day, address, arrayJoin([day, day - 1]) AS told FROM flow_name WHERE name = 0) AS u
      INNER JOIN
      (
        SELECT intDiv(hour, 24) AS day, address, name, sum(called.contacts) AS contacts
        FROM called WHERE address IN (SELECT address FROM flow_name WHERE name = 0) GROUP BY day, address, name
      ) AS c ON c.day = u.told AND c.address = u.address
      GROUP BY day, address, name
    )
    GROUP BY day, address HAVING max(contacts) > 0.9 * sum(contacts)
  )
SELECT u.key AS key, toUInt32(0) AS hour, toUInt64(0) AS subject, toUInt64(0) AS address, if(d.name != 0, d.name, a.name) AS name
FROM (SELECT key, intDiv(hour, 24) AS day, address FROM flow_name WHERE name = 0) AS u
LEFT JOIN own AS d ON d.key = u.key
LEFT JOIN others AS a ON a.day = u.day AND a.address = u.address
WHERE name != 0
