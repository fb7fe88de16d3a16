// One home for domains, addresses, URLs, app and process names. Pure; every room may import it.
export { canonicalCidr, canonicalIp, canonicalMac, isPrivateMac } from './address.ts'
export { isBrowser, sameProcess } from './apps.ts'
export { type CanonicalName, canonicalName, isPlainName, parentsOf } from './domain.ts'
export { type Infrastructure, type InfrastructureKind, infrastructureOf, infrastructureOfIp } from './infrastructure.ts'
export { refang } from './refang.ts'
export { icannDomain, isSharedSuffix, registrableDomain, resolvedInside } from './suffix.ts'
export { safeText } from './text.ts'
export { canonicalUrl } from './url.ts'
