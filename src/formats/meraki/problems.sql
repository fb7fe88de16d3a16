-- question: what is wrong with the lines of a Meraki log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: events that are neither contact nor lease (association, authentication, VPN state, airmarshal …), in lines with a time
WITH match(line, '(^|[ >])[0-9]{10}\\.[0-9]{1,9} \\S+ [a-z_-]+') AS timed
SELECT
  record,
  multiIf(timed, 'missing_field', match(line, ' (flows|urls|firewall|ip_flow_start|ip_flow_end|events) '), 'bad_time', 'bad_record') AS code,
  multiIf(code = 'missing_field', 'an address or the URL is missing or cannot be read', code = 'bad_time', 'no time in seconds before the name of the appliance', 'not a Meraki log line') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND NOT (timed AND NOT match(line, '[0-9] \\S+ (flows|urls|firewall|[a-z_]+_firewall|ip_flow_start|ip_flow_end) ') AND NOT match(line, ' dhcp lease of ip |(ids-alerts|security_event) .*(src=|url=)'))
