-- question: which apps were installed, updated and removed, which reboots and OS builds were met, and what else was written when?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  -- the text behind the thread, and behind the method that wrote it; `497: ` is a line of source code
  substring(trim(TRAILING '\r' FROM line), position(line, ') ') + 2) AS message,
  replaceRegexpOne(message, '^[-+]\\[[^\\]]*\\][A-Za-z_0-9]*: (?:[0-9]+: )?', '') AS body,
  -- told by how the text begins: names of apps and paths in it are chosen by others
  multiIf(
    startsWith(body, 'Install of "'), 'install_requested',
    startsWith(body, 'Installing <'), 'install_started',
    startsWith(body, 'Install Successful for (') OR startsWith(body, 'Install successful for ('), 'installed',
    startsWith(body, 'Install Failed for ('), 'install_failed',
    startsWith(body, 'Attempting Delta patch update of '), 'update_patched',
    startsWith(body, 'Uninstall requested by '), 'uninstall_requested',
    startsWith(body, 'Uninstalling identifier '), 'uninstalled',
    startsWith(body, 'Made container live for ') AND position(body, ' at /private/var/containers/Bundle/Application/') > 0, 'container_live',
    startsWith(body, 'Destroying container ') AND position(body, ' at /private/var/containers/Bundle/Application/') > 0, 'container_removed',
    startsWith(body, 'main: Reboot detected'), 'reboot_detected',
    startsWith(body, 'MIIsBuildUpgrade: Current build version ('), 'os_build',
    startsWith(body, 'MA: main: build_version: '), 'os_build',
    startsWith(body, 'MA: perform_data_migration: Upgrade from '), 'os_build',
    startsWith(body, 'MA: dealwith_activation: Activation State: '), 'activation_state',
    '') AS what,
  -- each array holds what its kind of line says, and is empty on the others
  if(what = 'install_requested', extractGroups(body, '^Install of "(.*)" type (\\S+) \\(LSInstallType = (-?[0-9]+)(?:, Domain: ([^)]*))?\\)(?: requested by (.+) \\(pid ([0-9]+))?'), emptyArrayString()) AS request,
  if(what = 'install_started', extractGroups(body, '^Installing <([A-Za-z]+) ID=([^;>]+);.* Version=([^,>]*), ShortVersion=([^>]*)>'), emptyArrayString()) AS start,
  if(what IN ('installed', 'install_failed'), extractGroups(body, '^Install [A-Za-z]+ for \\((?:([A-Za-z]+):)?([^):]+)\\)(?: \\[Distributor: ([^\\]]*)\\])?'), emptyArrayString()) AS done,
  if(what = 'update_patched', extractGroups(body, '^Attempting Delta patch update of (\\S+) from (\\S+) \\(([^)]*)\\) to (\\S+) \\(([^)]*)\\)'), emptyArrayString()) AS patch,
  if(what = 'uninstall_requested', extractGroups(body, '^Uninstall requested by (.+) \\(pid ([0-9]+)[^\\[]*\\) for identi(?:fier|ty) \\[?([^\\s/\\]]+)'), emptyArrayString()) AS removal,
  if(startsWith(what, 'container_'), extractGroups(body, '^(?:Made container live for|Destroying container(?: with identifier)?) (\\S+)(?: with persona \\S+)? at (/.*)$'), emptyArrayString()) AS container,
  multiIf(
    what = 'activation_state', ['', substring(body, 44)],
    what != 'os_build', emptyArrayString(),
    startsWith(body, 'MA: perform'), extractGroups(body, 'Upgrade from ([0-9A-Za-z]+) to ([0-9A-Za-z]+)'),
    startsWith(body, 'MA: main'), ['', substring(body, 26)],
    ['', extract(body, '^MIIsBuildUpgrade: Current build version \\(([0-9A-Za-z]+)')]) AS state
SELECT
  record,
  line AS raw,
  isoTime(concat(substring(line, 21, 4), '-', monthDay(substring(line, 5, 3), trim(LEADING ' ' FROM substring(line, 9, 2))), 'T', substring(line, 12, 8))) AS ts,
  multiIf(what = '', 'other', what = 'reboot_detected', 'reboot', what IN ('os_build', 'activation_state'), 'posture', 'app') AS kind,
  -- every other line is a row as well: what time the log holds can be told from its rows alone
  if(what = '', 'log_line', what) AS category,
  multiIf(what = 'uninstalled', trim(BOTH ' ' FROM substring(body, 25)), notEmpty(start), start[2], notEmpty(done), done[2], notEmpty(patch), patch[1], notEmpty(removal), removal[3], container[1]) AS app,
  if(notEmpty(start), if(start[4] IN ('', '(null)'), replaceOne(start[3], '(null)', ''), start[4]), patch[5]) AS app_version,
  if(notEmpty(request), request[5], removal[1]) AS process,
  if(what = 'os_build', state[2], '') AS os_build,
  mapFilter((k, v) -> v NOT IN ('', '(null)'), map(
    'path', if(notEmpty(request), request[1], container[2]),
    'install_type', if(notEmpty(request), request[2], done[1]),
    'domain', request[4],
    'pid', if(notEmpty(request), request[6], removal[2]),
    'installable', start[1],
    'build', if(notEmpty(start), start[3], patch[4]),
    'distributor', done[3],
    'version_before', patch[3],
    'value', state[2],
    'before', state[1])) AS detail
FROM {lines:Identifier}
WHERE toUnixTimestamp64Micro(ts) > 0 AND match(line, '^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4} \\[[0-9]+\\] (<[a-z]+> )?\\(0x[0-9a-f]+\\) ')
