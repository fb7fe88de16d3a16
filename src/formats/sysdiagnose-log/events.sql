-- question: which apps were installed, updated and removed, and which reboots and OS builds were met?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  trim(TRAILING '\r' FROM substring(line, at)) AS body,
  -- each array holds what its kind of line says and is empty on the others, so that they can be joined: choosing between
  -- them by `if` had each regex worked out again for every use (20 MB: 11 s instead of 3 on a busy machine)
  extractGroups(body, '^Install of "(.*)" type (\\S+) \\(LSInstallType = (-?[0-9]+)(?:, Domain: ([^)]*))?\\)(?: requested by (.+) \\(pid ([0-9]+))?') AS request,
  extractGroups(body, '^Installing <([A-Za-z]+) ID=([^;>]+);.* Version=([^,>]*), ShortVersion=(?:\\(null\\)|([^>]*))>') AS begun,
  extractGroups(body, '^Install (?:[Ss]uccessful|Failed) for \\((?:([A-Za-z]+):)?([^):]+)\\)(?: \\[Distributor: ([^\\]]*)\\])?') AS done,
  extractGroups(body, '^Attempting Delta patch update of (\\S+) from (\\S+) \\(([^)]*)\\) to (\\S+) \\(([^)]*)\\)') AS patch,
  extractGroups(body, '^Uninstall requested by (.+) \\(pid ([0-9]+)[^\\[]*\\) for identi(?:fier|ty) \\[?([^\\s/\\]]+)') AS removal,
  extract(body, '^Uninstalling identifier (\\S+)') AS removed,
  extractGroups(body, '^(?:Made container live for|Destroying container(?: with identifier)?) (\\S+)(?: with persona \\S+)? at (/.*)$') AS container,
  extractGroups(body, '^(?:MA: main: build_version: |MIIsBuildUpgrade: Current build version \\(|MA: perform_data_migration: Upgrade from ([0-9A-Za-z]+) to )([0-9A-Za-z]+)') AS build,
  extract(body, '^MA: dealwith_activation: Activation State: (\\S+)') AS activation
SELECT
  record,
  line AS raw,
  isoTime(concat(substring(line, 21, 4), '-', monthDay(substring(line, 5, 3), trim(LEADING ' ' FROM substring(line, 9, 2))), 'T', substring(line, 12, 8))) AS ts,
  transform(what, ['reboot_detected', 'os_build', 'activation_state'], ['reboot', 'posture', 'posture'], 'app') AS kind,
  what AS category,
  concat(begun[2], done[2], patch[1], removal[3], removed, container[1]) AS app,
  concat(begun[4], patch[5]) AS app_version,
  concat(request[5], removal[1]) AS process,
  build[2] AS os_build,
  mapFilter((k, v) -> v NOT IN ('', '(null)'), map(
    'path', concat(request[1], container[2]),
    'install_type', concat(request[2], done[1]),
    'domain', request[4],
    'pid', concat(request[6], removal[2]),
    'installable', begun[1],
    'build', concat(begun[3], patch[4]),
    'distributor', done[3],
    'version_before', patch[3],
    'value', concat(build[2], activation),
    'before', build[1])) AS detail
FROM
(
  WITH
    -- behind the thread, and behind the method that wrote it (`-[MIInstaller x:]: `, or none), perhaps a line of source code (`497: `)
    position(line, ') ') + 2 AS start,
    if(substring(line, start, 2) IN ('-[', '+['), position(line, ': ', position(line, ']', start) + 1) + 2, start) AS behind,
    behind + length(extract(substring(line, behind, 8), '^[0-9]+: ')) AS at,
    substring(line, at, 64) AS head,
    -- told by how the text begins: names of apps and paths in it are chosen by others
    multiIf(
      startsWith(head, 'Install'), multiIf(
        startsWith(head, 'Install of "'), 'install_requested',
        startsWith(head, 'Installing <'), 'install_started',
        startsWith(head, 'Install Successful for (') OR startsWith(head, 'Install successful for ('), 'installed',
        startsWith(head, 'Install Failed for ('), 'install_failed',
        ''),
      startsWith(head, 'Uninstall'), multiIf(
        startsWith(head, 'Uninstall requested by '), 'uninstall_requested',
        startsWith(head, 'Uninstalling identifier '), 'uninstalled',
        ''),
      startsWith(head, 'Attempting Delta patch update of '), 'update_patched',
      startsWith(head, 'Made container live for ') AND position(line, ' at /private/var/containers/Bundle/Application/', at) > 0, 'container_live',
      startsWith(head, 'Destroying container ') AND position(line, ' at /private/var/containers/Bundle/Application/', at) > 0, 'container_removed',
      startsWith(head, 'main: Reboot detected'), 'reboot_detected',
      startsWith(head, 'MIIsBuildUpgrade: Current build version ('), 'os_build',
      startsWith(head, 'MA: main: build_version: '), 'os_build',
      startsWith(head, 'MA: perform_data_migration: Upgrade from '), 'os_build',
      startsWith(head, 'MA: dealwith_activation: Activation State: '), 'activation_state',
      '') AS what
  SELECT record, line, at, what
  FROM {lines:Identifier}
  WHERE what != '' AND match(substring(line, 1, 96), '^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4} \\[[0-9]+\\] (<[a-z]+> )?\\(0x[0-9a-f]+\\) ')
)
WHERE toUnixTimestamp64Micro(ts) > 0
