-- question: what did each subject call each address in each hour of these days most often?
-- params:   days Array(UInt32)
-- returns:  columns of `flow_name`
SELECT cityHash64(called.subject, called.hour, called.address) AS key, toUInt32(0) AS hour, toUInt64(0) AS subject, toUInt64(0) AS address, argMax(called.name, (contacts, called.name)) AS name
FROM called
WHERE intDiv(called.hour, 24) IN {days:Array(UInt32)}
GROUP BY key
