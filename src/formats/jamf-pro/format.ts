// Jamf Pro: webhooks about devices, and the inventory of mobile devices as its APIs answer (JSON).
// Source of the fields: Jamf developer documentation, “Webhooks”; Jamf Pro API /v2/mobile-devices/detail and
// /v1, /v2/mobile-devices/{id}/detail; Classic API /mobiledevices.
import type { CodeFormat } from '../../model/index.ts'
import { isObject, type Json, jsonFormat, objectAt, textAt } from '../json-events.ts'
import { takeInventory } from './inventory.ts'
import { takeWebhook } from './webhook.ts'

const isWebhook = (record: Json): boolean =>
  isObject(record.webhook) && textAt(record.webhook, 'webhookEvent', 'webhook_event') !== ''

const isInventory = (record: Json): boolean =>
  (isObject(record.general) &&
    ('mobileDeviceId' in record || 'serial_number' in record.general || 'udid' in record.general)) ||
  ('lastInventoryUpdateTimestamp' in record && 'serialNumber' in record && 'udid' in record)

export const jamfPro: CodeFormat = jsonFormat({
  id: 'jamf-pro',
  title: 'Jamf Pro webhooks and inventory of mobile devices (JSON)',
  version: 1,
  names: ['*jamf*.json', '*jamf*.ndjson', 'mobile-devices*.json'],
  claims: {
    device_event: {
      time: {
        means: 'of a webhook when Jamf Pro sent it (eventTimestamp); of an inventory when the device told it last',
        precision: 'millisecond',
        zone: 'stated',
      },
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: [
        'device',
        'user',
        'serial',
        'udid',
        'hardware',
        'os_version',
        'os_build',
        'platform',
        'app',
        'app_version',
      ],
      blind: [
        'what a device did between two inventories: a state that came and went is not seen',
        'which profile came from the server: the inventory does not say',
        'personal apps of devices that their user enrolled',
      ],
      attack: [
        { dataComponent: 'DC0018', logSource: 'iOS:MDMLog' },
        { dataComponent: 'DC0115', logSource: 'iOS:MDMLog' },
        { dataComponent: 'DC0118', logSource: 'iOS:MDMLog' },
      ],
    },
    identity_event: {
      time: { means: 'always: name, user and Wi-Fi address of a device', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'event_key', 'raw'],
      sometimes: ['user', 'serial', 'udid', 'mac', 'labels'],
      blind: [
        'the private Wi-Fi address that a network sees since iOS 14',
        'the address of the device: what Jamf Pro states is often that of the gateway before it, so nothing is tied to it',
      ],
      attack: [],
    },
  },
  marks: ['webhook|general|lastInventoryUpdateTimestamp'],
  pages: ['results', 'mobile_device'],
  is: (record) => isWebhook(record) || isInventory(record),
  take: (record) => (isWebhook(record) ? takeWebhook(record, objectAt(record, 'event')) : takeInventory(record)),
})
