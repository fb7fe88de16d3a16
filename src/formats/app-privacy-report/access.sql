-- question: which app used location, contacts, photos, camera, microphone … and from when to when, by this App Privacy Report?
-- params:   lines Identifier (record, line); device String: device of the whole source, '' when unknown
-- returns:  record, raw, and the columns of `device_event` that the claim names
-- The begin and the end of an interval share an identifier: one row at the begin. Of an interval that reaches over the edge
-- of the report one half is there: it is kept, and `detail.kind` says which.
WITH
  ['kTCCServiceAddressBook', 'kTCCServicePhotos', 'kTCCServicePhotosAdd', 'kTCCServiceCamera', 'kTCCServiceMicrophone', 'kTCCServiceMediaLibrary', 'kTCCServiceCalendar', 'kTCCServiceReminders'] AS services,
  ['contacts', 'photos', 'photos', 'camera', 'microphone', 'mediaLibrary', 'calendar', 'reminders'] AS categories
SELECT
  record,
  line AS raw,
  at AS ts,
  if(step = 'intervalBegin' AND ended >= at, ended, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'access' AS kind,
  if(j.accessor.identifierType IN ('bundleID', ''), j.accessor.identifier, '') AS app,
  if(app = '', j.accessor.identifier, '') AS process_path,
  category,
  CAST(arrayFilter(pair -> pair.2 != '', [('kind', if(step = 'event' OR step = 'intervalBegin' AND ended >= at, '', step)), ('accessCount', j.accessCount), ('outOfProcess', j.outOfProcess)]), 'Map(String, String)') AS detail,
  if(j.identifier = '', '', concat('app-privacy-access ', {device:String}, ' ', j.identifier, ' ', category, ' ', toString(number))) AS event_key
FROM
(
  SELECT
    *,
    maxIf(at, step = 'intervalEnd') OVER pair AS ended,
    countIf(step = 'intervalBegin') OVER pair AS begun
  FROM
  (
    SELECT
      *,
      -- an identifier that is used again: its first begin belongs to its first end
      row_number() OVER (PARTITION BY if(j.identifier = '', toString(record), j.identifier), category, j.accessor.identifier, step ORDER BY at, record) AS number
    FROM
    (
      SELECT
        record,
        line,
        JSONExtract(line, 'Tuple(`type` String, stream String, category String, tccService String, kind String, identifier String, accessor Tuple(identifier String, identifierType String), timeStamp String, timestamp String, accessCount String, outOfProcess String)') AS j,
        j.kind AS step,
        isoTime(if(j.timeStamp = '', j.timestamp, j.timeStamp)) AS at,
        -- the betas of iOS 15 name a stream and a TCC service instead of a category
        multiIf(
          j.category != '', j.category,
          has(services, j.tccService), categories[indexOf(services, j.tccService)],
          j.tccService != '', j.tccService,
          extract(j.stream, '[.]stream[.](.+)$')) AS category
      FROM {lines:Identifier}
      WHERE NOT startsWith(trimLeft(line), '[')
    )
    WHERE (j.`type` = 'access' OR j.`type` = '' AND startsWith(j.stream, 'com.apple.privacy.accounting.stream'))
      AND step IN ('intervalBegin', 'intervalEnd', 'event') AND category != '' AND toUnixTimestamp64Micro(at) > 0
  )
  WINDOW pair AS (PARTITION BY if(j.identifier = '', toString(record), j.identifier), category, j.accessor.identifier, number)
)
WHERE step != 'intervalEnd' OR begun = 0
