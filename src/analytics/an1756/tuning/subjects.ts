// The list of tuning files, each about one subject.
import apple from './apple.json' with { type: 'json' }
import background from './background.json' with { type: 'json' }
import captive from './captive.json' with { type: 'json' }
import cdn from './cdn.json' with { type: 'json' }
import enterprise from './enterprise.json' with { type: 'json' }
import local from './local.json' with { type: 'json' }
import push from './push.json' with { type: 'json' }
import relay from './relay.json' with { type: 'json' }
import type { Subject } from './schema.ts'
import travel from './travel.json' with { type: 'json' }
import updates from './updates.json' with { type: 'json' }
import vpn from './vpn.json' with { type: 'json' }

/** By file name. That each fits its schema is held by a test: checking them at every start cost a tenth of it. */
export const subjects = {
  apple,
  background,
  captive,
  cdn,
  enterprise,
  local,
  push,
  relay,
  travel,
  updates,
  vpn,
} as unknown as Readonly<Record<string, Subject>>
