// The list of formats. Order matters only where two could claim the same bytes: the first that says `yes` wins.
import type { Format } from '../model/index.ts'
import { adguardDns } from './adguard-dns/format.ts'
import { adguardHome } from './adguard-home/format.ts'
import { appPrivacyReport } from './app-privacy-report/format.ts'
import { appleIps } from './apple-ips/format.ts'
import { appleMdm } from './apple-mdm/format.ts'
import { awsRoute53Resolver } from './aws-route53-resolver/format.ts'
import { awsVpcFlow } from './aws-vpc-flow/format.ts'
import { bindQuery } from './bind-query/format.ts'
import { cef } from './cef/format.ts'
import { checkpointHarmonyMobile } from './checkpoint-harmony-mobile/format.ts'
import { cloudflareGatewayDns } from './cloudflare-gateway-dns/format.ts'
import { cloudflareGatewayHttp } from './cloudflare-gateway-http/format.ts'
import { cloudflareGatewayNetwork } from './cloudflare-gateway-network/format.ts'
import { dataUsage } from './data-usage/format.ts'
import { ddmStatus } from './ddm-status/format.ts'
import { deviceMap } from './device-map/format.ts'
import { dnsmasq } from './dnsmasq/format.ts'
import { fleetHosts } from './fleet-hosts/format.ts'
import { pickFramed } from './framed.ts'
import { intuneEvents } from './intune-events/format.ts'
import { intuneGraph } from './intune-graph/format.ts'
import { ipfixJson } from './ipfix-json/format.ts'
import { iscDhcpd } from './isc-dhcpd/format.ts'
import { itunesBackupInfo } from './itunes-backup-info/format.ts'
import { jamfPro } from './jamf-pro/format.ts'
import { jamfProtect } from './jamf-protect/format.ts'
import { leef } from './leef/format.ts'
import { lockdownd } from './lockdownd/format.ts'
import { lookoutMes } from './lookout-mes/format.ts'
import { mcState } from './mc-state/format.ts'
import { meraki } from './meraki/format.ts'
import { microsoftDefender } from './microsoft-defender/format.ts'
import { microsoftDns } from './microsoft-dns/format.ts'
import { nanomdmWebhook } from './nanomdm-webhook/format.ts'
import { netstatTxt } from './netstat-txt/format.ts'
import { nextdns } from './nextdns/format.ts'
import { nfdump } from './nfdump/format.ts'
import { nfdumpJson } from './nfdump-json/format.ts'
import { osqueryLog } from './osquery-log/format.ts'
import { paloAlto } from './palo-alto/format.ts'
import { pcap } from './pcap/format.ts'
import { piholeFtl } from './pihole-ftl/format.ts'
import { powerlog } from './powerlog/format.ts'
import { pradeoMtd } from './pradeo-mtd/format.ts'
import { psTxt } from './ps-txt/format.ts'
import { resourceLoadStatistics } from './resource-load-statistics/format.ts'
import { safariHistory } from './safari-history/format.ts'
import { safariTabs } from './safari-tabs/format.ts'
import { shutdownLog } from './shutdown-log/format.ts'
import { skywalk } from './skywalk/format.ts'
import { squid } from './squid/format.ts'
import { storeSystem } from './store-system/format.ts'
import { suricataEve } from './suricata-eve/format.ts'
import { sysdiagnoseLog } from './sysdiagnose-log/format.ts'
import { sysdiagnoseRemotectl } from './sysdiagnose-remotectl/format.ts'
import { systemVersion } from './system-version/format.ts'
import { tailscaleFlow } from './tailscale-flow/format.ts'
import { tcc } from './tcc/format.ts'
import { umbrellaDns } from './umbrella-dns/format.ts'
import { umbrellaIp } from './umbrella-ip/format.ts'
import { umbrellaProxy } from './umbrella-proxy/format.ts'
import { unbound } from './unbound/format.ts'
import { zeekConn } from './zeek-conn/format.ts'
import { zeekDhcp } from './zeek-dhcp/format.ts'
import { zeekDns } from './zeek-dns/format.ts'
import { zeekHttp } from './zeek-http/format.ts'
import { zeekQuic } from './zeek-quic/format.ts'
import { zeekSsl } from './zeek-ssl/format.ts'
import { zeekX509 } from './zeek-x509/format.ts'
import { zimperium } from './zimperium/format.ts'
import { zscalerZia } from './zscaler-zia/format.ts'

export const formats: readonly Format[] = [
  adguardHome,
  appleIps,
  appleMdm,
  bindQuery,
  cloudflareGatewayDns,
  appPrivacyReport,
  deviceMap,
  dnsmasq,
  lockdownd,
  mcState,
  nanomdmWebhook,
  netstatTxt,
  nextdns,
  pcap,
  psTxt,
  shutdownLog,
  skywalk,
  squid,
  umbrellaDns,
  suricataEve,
  sysdiagnoseLog,
  sysdiagnoseRemotectl,
  systemVersion,
  unbound,
  zeekConn,
  zeekDhcp,
  zeekDns,
  zeekHttp,
  zeekQuic,
  zeekSsl,
  zeekX509,
  umbrellaProxy,
  umbrellaIp,
  zscalerZia,
  cloudflareGatewayHttp,
  cloudflareGatewayNetwork,
  lookoutMes,
  checkpointHarmonyMobile,
  pradeoMtd,
  paloAlto,
  intuneEvents,
  intuneGraph,
  jamfPro,
  awsVpcFlow,
  awsRoute53Resolver,
  nfdump,
  nfdumpJson,
  ipfixJson,
  meraki,
  iscDhcpd,
  adguardDns,
  microsoftDns,
  microsoftDefender,
  zimperium,
  jamfProtect,
  fleetHosts,
  osqueryLog,
  ddmStatus,
  cef,
  leef,
  tailscaleFlow,
  dataUsage,
  powerlog,
  itunesBackupInfo,
  piholeFtl,
  resourceLoadStatistics,
  safariHistory,
  safariTabs,
  storeSystem,
  tcc,
]

/**
 * The format of these bytes: the first `yes`, else the format of the messages inside syslog heads, else the first `maybe`, else
 * null. `extra` (mapped formats) are asked first.
 */
export function pickFormat(head: Buffer, name: string, extra: readonly Format[] = []): Format | null {
  const all = [...extra, ...formats]
  let maybe: Format | null = null
  for (const format of all) {
    const answer = format.sniff(head, name)
    if (answer === 'yes') return format
    if (answer === 'maybe') maybe ??= format
  }
  return pickFramed(head, name, all) ?? maybe
}
