-- question: what else was written when? What time the log holds can be told from the rows alone.
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  -- as in events.sql
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
SELECT
  record,
  line AS raw,
  isoTime(concat(substring(line, 21, 4), '-', monthDay(substring(line, 5, 3), trim(LEADING ' ' FROM substring(line, 9, 2))), 'T', substring(line, 12, 8))) AS ts,
  'other' AS kind,
  'log_line' AS category,
  '' AS app,
  '' AS app_version,
  '' AS process,
  '' AS os_build,
  CAST(map(), 'Map(String, String)') AS detail
FROM {lines:Identifier}
WHERE what = '' AND match(substring(line, 1, 96), '^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4} \\[[0-9]+\\] (<[a-z]+> )?\\(0x[0-9a-f]+\\) ') AND toUnixTimestamp64Micro(ts) > 0
