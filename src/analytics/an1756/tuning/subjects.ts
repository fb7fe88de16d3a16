// The list of tuning files, each about one subject.
import apple from './apple.json' with { type: 'json' }
import background from './background.json' with { type: 'json' }
import captive from './captive.json' with { type: 'json' }
import cdn from './cdn.json' with { type: 'json' }
import enterprise from './enterprise.json' with { type: 'json' }
import local from './local.json' with { type: 'json' }
import push from './push.json' with { type: 'json' }
import relay from './relay.json' with { type: 'json' }
import { type Subject, subjectSchema } from './subject.ts'
import travel from './travel.json' with { type: 'json' }
import updates from './updates.json' with { type: 'json' }
import vpn from './vpn.json' with { type: 'json' }

/** By file name. Read once; a file that does not fit its schema is a bug. */
export const subjects: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries({ apple, background, captive, cdn, enterprise, local, push, relay, travel, updates, vpn }).map(
    ([name, file]) => [name, subjectSchema.parse(file)],
  ),
)
