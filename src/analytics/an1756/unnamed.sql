-- question: which flows went to an address that their client had no name for in that hour?
-- params:   none: those of `subject_hour`
-- returns:  columns of `flow_name`, without a name
SELECT DISTINCT f.key AS key, f.hour AS hour, f.subject AS subject, f.value AS address, toUInt64(0) AS name
FROM (SELECT cityHash64(subject, hour, value) AS key, hour, subject, value FROM subject_hour WHERE class = 4) AS f
LEFT ANTI JOIN (SELECT key FROM flow_name) AS n ON n.key = f.key
