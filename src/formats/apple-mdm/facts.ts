// What a response says of the state of a device: each key becomes one fact of its own name.
// Source of the keys: Apple's device-management schema, information.device.yaml, information.security.yaml
// and declarative/status.
import { type PlistDict, textAtPath } from '../../plist/plist.ts'

/** Part of a response → path in it → `category` of the row. Booleans become yes and no, numbers stay as written. */
const categories = {
  QueryResponses: {
    OSVersion: 'os_version',
    BuildVersion: 'os_build',
    SupplementalOSVersionExtra: 'os_version_extra',
    SupplementalBuildVersion: 'os_build_supplemental',
    IsSupervised: 'supervised',
    IsActivationLockEnabled: 'activation_lock',
    IsDeviceLocatorServiceEnabled: 'device_locator',
    IsMDMLostModeEnabled: 'lost_mode',
    IsCloudBackupEnabled: 'cloud_backup',
    IsMultiUser: 'multi_user',
    IsNetworkTethered: 'network_tethered',
    PersonalHotspotEnabled: 'personal_hotspot',
    DiagnosticSubmissionEnabled: 'diagnostic_submission',
    AppAnalyticsEnabled: 'app_analytics',
    AwaitingConfiguration: 'awaiting_configuration',
    TimeZone: 'time_zone',
    ModemFirmwareVersion: 'modem_firmware',
    SystemIntegrityProtectionEnabled: 'system_integrity_protection',
  },
  SecurityInfo: {
    PasscodePresent: 'passcode_present',
    PasscodeCompliant: 'passcode_compliant',
    PasscodeCompliantWithProfiles: 'passcode_compliant_with_profiles',
    // seconds
    PasscodeLockGracePeriod: 'passcode_grace_period',
    PasscodeLockGracePeriodEnforced: 'passcode_grace_period_enforced',
    AutoLockTime: 'auto_lock_time',
    // 1: blocks, 2: files, 3: both
    HardwareEncryptionCaps: 'hardware_encryption',
    'ManagementStatus.EnrolledViaDEP': 'enrolled_via_dep',
    'ManagementStatus.UserApprovedEnrollment': 'user_approved_enrollment',
    'ManagementStatus.IsUserEnrollment': 'user_enrollment',
    'ManagementStatus.IsActivationLockManageable': 'activation_lock_manageable',
    FDE_Enabled: 'disk_encryption',
    SystemIntegrityProtectionEnabled: 'system_integrity_protection',
    AuthenticatedRootVolumeEnabled: 'authenticated_root_volume',
    RemoteDesktopEnabled: 'remote_desktop',
    IsRecoveryLockEnabled: 'recovery_lock',
    'FirewallSettings.FirewallEnabled': 'firewall',
    'SecureBoot.SecureBootLevel': 'secure_boot',
  },
  // status report: StatusItems
  status: {
    'device.operating-system.version': 'os_version',
    'device.operating-system.build-version': 'os_build',
    'device.operating-system.supplemental.extra-version': 'os_version_extra',
    'device.operating-system.supplemental.build-version': 'os_build_supplemental',
    'passcode.is-present': 'passcode_present',
    'passcode.is-compliant': 'passcode_compliant',
    // iOS 27, supervised devices
    'security.lockdown-mode': 'lockdown_mode',
    'mdm.is-awaiting-configuration': 'awaiting_configuration',
    'softwareupdate.install-state': 'update_state',
    'diskmanagement.filevault.enabled': 'disk_encryption',
  },
  // check-in Authenticate
  Authenticate: { OSVersion: 'os_version', BuildVersion: 'os_build' },
} as const satisfies Record<string, Readonly<Record<string, string>>>

export type FactSource = keyof typeof categories
type Fact = { readonly category: string; readonly value: string }

/** The facts that a part of a response states, in the order above; what it does not state is left out. */
export function factsOf(source: FactSource, part: PlistDict): Fact[] {
  return Object.entries(categories[source]).flatMap(([path, category]) => {
    const value = textAtPath(part, path)
    return value === '' ? [] : [{ category, value }]
  })
}
