-- question: what happened on each device that an attack may leave behind: crashes, resets, resource reports, and changes of its security context?
-- params:   sources Array(UInt64)
-- returns:  one row per event; `at` in s since 1970; of a posture change `value` is the new state, `before` the old, `since` when that was told last
WITH
  event AS
  (
    SELECT e.*, subjectOf(e.device, multiIf(e.device = '', '', e.device = s.device, s.device_from, 'record'), e.user, '', '', '') AS short,
      arrayStringConcat([short, e.crash_reporter_key, e.serial, e.udid], '\x1F') AS subject
    FROM (SELECT * FROM device_event WHERE source IN {sources:Array(UInt64)}) AS e
    INNER JOIN (SELECT id, device, device_from FROM source_live) AS s ON s.id = e.source
  ),
  known AS
  (
    SELECT v.*, multiIf(i.to > v.ts AND i.device != '', concat('device ', i.device), i.to > v.ts AND i.name != '', concat('label ', i.name), v.device != '', concat('label ', v.device), concat('key ', v.crash_reporter_key)) AS who
    FROM event AS v ASOF LEFT JOIN identity AS i ON i.subject = v.subject AND i.from <= v.ts
  ),
  -- which apps a device has, as its management server was told
  installed AS
  (
    SELECT who, app, min(ts) AS first, min(first) OVER (PARTITION BY who) AS lists, count() OVER (PARTITION BY app) AS devices
    FROM known WHERE kind = 'app' AND app != '' GROUP BY who, app
  ),
  -- a state is told each time; what counts is that it differs from the time before
  state AS
  (
    SELECT *, detail['value'] AS value,
      toUInt64(toUnixTimestamp(lagInFrame(ts) OVER (PARTITION BY who, category ORDER BY ts, record ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))) AS since,
      lagInFrame(detail['value']) OVER (PARTITION BY who, category ORDER BY ts, record ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before,
      row_number() OVER (PARTITION BY who, category ORDER BY ts, record) AS n
    FROM known WHERE kind = 'posture'
  )
SELECT
  k.who AS who, toUInt64(toUnixTimestamp(k.ts)) AS at, source, record, event_key, kind, category, process, process_path, k.app AS app, app_version, os_build, first_party, bug_type,
  exception_type, exception_subtype, signal, termination_namespace, termination_code, fault_address, pc_image, pc_known, locked, '' AS value, '' AS before, at AS since,
  toUInt64(if(i.app = '', 0, i.devices)) AS app_devices, toUInt64(if(i.app = '' OR i.first = i.lists, 0, toUnixTimestamp(i.first))) AS app_since
FROM known AS k LEFT JOIN installed AS i ON i.who = k.who AND i.app = k.app
WHERE kind IN ('crash', 'user_fault', 'jetsam', 'panic', 'force_reset', 'watchdog', 'cpu', 'wakeups', 'disk_writes', 'memory', 'reboot', 'shutdown_client') AND platform IN ('', 'ios')
UNION ALL
SELECT
  who, toUInt64(toUnixTimestamp(ts)) AS at, source, record, event_key, kind, category, process, process_path, app, app_version, os_build, first_party, bug_type,
  exception_type, exception_subtype, signal, termination_namespace, termination_code, fault_address, pc_image, pc_known, locked, value, before, since, toUInt64(0) AS app_devices, toUInt64(0) AS app_since
FROM state
WHERE n > 1 AND value != before AND category NOT IN ('profile_list', 'app_list')
UNION ALL
-- a profile that the management server did not install, met for the first time though lists were told before
SELECT
  who, toUInt64(toUnixTimestamp(ts)) AS at, source, record, event_key, kind, category, process, process_path, app, app_version, os_build, first_party, bug_type,
  exception_type, exception_subtype, signal, termination_namespace, termination_code, fault_address, pc_image, pc_known, locked, detail['name'] AS value, '' AS before, toUInt64(toUnixTimestamp(told_before)) AS since, toUInt64(0) AS app_devices, toUInt64(0) AS app_since
FROM
(
  SELECT *, row_number() OVER (PARTITION BY who, kind, category ORDER BY ts, record) AS n,
    -- the list before this one, whatever stood in it
    max(if(kind = 'posture', ts, toDateTime64(0, 6, 'UTC'))) OVER (PARTITION BY who ORDER BY toUnixTimestamp64Micro(ts) RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS told_before
  FROM known WHERE kind = 'profile' OR kind = 'posture' AND category = 'profile_list'
)
WHERE kind = 'profile' AND n = 1 AND told_before > toDateTime64(0, 6, 'UTC') AND detail['managed'] = 'no'
ORDER BY who, at, kind, process
