// What values look like, and what fields are called, in logs of many makers.

export type Kind = 'time' | 'ip' | 'name' | 'url' | 'whole' | 'number' | 'mac' | 'sha1' | 'sha256' | 'list' | 'text'
const shapes: readonly (readonly [Kind, RegExp])[] = [
  ['ip', /^(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}\]?)$/i],
  ['mac', /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i],
  ['sha256', /^[0-9a-f]{64}$/i],
  ['sha1', /^(?:[0-9a-f]{40}|[0-9a-f]{2}(?::[0-9a-f]{2}){19})$/i],
  ['url', /^[a-z][a-z0-9+.-]{1,20}:\/\/\S+$/i],
  ['whole', /^\d+$/],
  ['number', /^\d+\.\d+$/],
  ['name', /^(?:[a-z0-9_*-]{1,63}\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]+)\.?$/i],
  ['list', /^\[/],
]
export const shapeOf = (value: string): Kind => shapes.find(([, test]) => test.test(value))?.[0] ?? 'text'
type Hint = { readonly column: string; readonly words: RegExp; readonly kinds?: readonly Kind[] }
/** Names of fields, letters and digits only: ECS, OCSF, Sysmon, firewalls and proxies. The first field that fits is taken; earlier words win. */
export const hints: readonly Hint[] = [
  {
    column: 'domain',
    words: /^(dnsquestionname|queryhostname|queryname|qname|query|dnsquery|dnsqueryname)$/,
    kinds: ['name', 'url', 'text'],
  },
  { column: 'domain', words: /^(tlsclientservername|servername|sni|tlssni|ssl_?servername)$/, kinds: ['name', 'text'] },
  {
    column: 'domain',
    words:
      /^(urldomain|destinationdomain|dstendpointhostname|dsthostname|dsthost|desthost|destinationhostname|httprequesturlhostname|domain|domainname|fqdn|hostname|host|ziel|zielname|name)$/,
    kinds: ['name'],
  },
  { column: 'url', words: /^(urlfull|urloriginal|httprequesturlurlstring|requesturl|url|uri|cs?uri)$/, kinds: ['url'] },
  {
    column: 'src_ip',
    words:
      /^(sourceip|srcendpointip|srcip|clientip|cip|sourceaddress|srcaddr|src|idorigh|source|client|quelle|quellip|quelladresse|hostip|ip|remoteaddr)$/,
    kinds: ['ip'],
  },
  {
    column: 'dst_ip',
    words:
      /^(destinationip|dstendpointip|dstip|destip|destinationaddress|dstaddr|dst|dest|idresph|serverip|sip|zielip|zieladresse|ziel)$/,
    kinds: ['ip'],
  },
  {
    column: 'src_port',
    words: /^(sourceport|srcendpointport|srcport|clientport|spt|sport|quellport|idorigp)$/,
    kinds: ['whole'],
  },
  {
    column: 'dst_port',
    words: /^(destinationport|dstendpointport|dstport|destport|dpt|dport|zielport|idrespp|serverport)$/,
    kinds: ['whole'],
  },
  { column: 'src_mac', words: /^(sourcemac|srcendpointmac|srcmac|clientmac|mac|macaddress)$/, kinds: ['mac'] },
  {
    column: 'src_host',
    words:
      /^(sourcedomain|srcendpointhostname|srchost|srchostname|clienthostname|clienthost|computer|computername|workstation)$/,
  },
  { column: 'device', words: /^(deviceuid|deviceid|devicename|device|hostid|endpointid|geraet|gert)$/ },
  { column: 'user', words: /^(username|actorusername|useremail|user|sourceusername|srcuser|account|email|benutzer)$/ },
  { column: 'app', words: /^(appbundleid|bundleid|bundle|processcodesignaturesigningid|packagename|appname|appid)$/ },
  { column: 'process', words: /^(processname|image|processexecutable|process|actorprocessname)$/ },
  { column: 'qtype', words: /^(dnsquestiontype|querytype|qtypename|qtype|rrtype|recordtype)$/ },
  {
    column: 'status',
    words:
      /^(dnsresponsecode|rcodename|rcode|responsecode|querystatus|httpresponsestatuscode|httpresponsecode|statuscode|status|connstate)$/,
  },
  { column: 'answers', words: /^(dnsresolvedip|queryresults|resolvedips|answers|resolvedip)$/ },
  { column: 'action', words: /^(eventaction|action|disposition|verdict|aktion|decision)$/ },
  {
    column: 'transport',
    words: /^(networktransport|connectioninfoprotocolname|transport|protocol|proto|protokoll|ipprotocol)$/,
  },
  {
    column: 'bytes_out',
    words:
      /^(sourcebytes|trafficbytesout|bytesout|bytessent|sentbytes|sentbyte|origbytes|txbytes|uploadbytes|gesendet)$/,
    kinds: ['whole'],
  },
  {
    column: 'bytes_in',
    words:
      /^(destinationbytes|trafficbytesin|bytesin|bytesreceived|receivedbytes|rcvdbyte|respbytes|rxbytes|downloadbytes|empfangen|httpresponsebytes)$/,
    kinds: ['whole'],
  },
  { column: 'referrer', words: /^(httprequestreferrer|referrer|referer)$/ },
  { column: 'user_agent', words: /^(useragentoriginal|httprequestuseragent|useragent)$/ },
  { column: 'ja3', words: /^(tlsclientja3|tlsja3hashvalue|ja3|ja3hash)$/ },
  { column: 'ja4', words: /^(tlsclientja4|ja4)$/ },
  { column: 'cert_sha1', words: /^(tlsserverhashsha1|certsha1|certificatesha1|certfingerprint)$/, kinds: ['sha1'] },
  { column: 'cert_sha256', words: /^(tlsserverhashsha256|certsha256|certificatesha256)$/, kinds: ['sha256'] },
]
export const timeWords =
  /^(timestamp|time|eventtime|eventstart|eventcreated|utctime|datetime|date|ts|t|starttime|firstseen|start|zeit|zeitstempel|datum|occurred|logtime|receivetime)$/
