// Families of targeted spyware: an indicator of one of them is worth a call in the night.

/**
 * `names`: the whole name of a family, as feeds write it. `words`: tell the family anywhere in a name or sentence.
 * Only names that mean nothing else may be words: Maltrail's `apt_hermit` is not RCS Lab's Hermit, and `PredatorPain`
 * is a keylogger.
 */
type Family = { readonly family: string; readonly names: readonly string[]; readonly words: readonly string[] }

export const targetedFamilies: readonly Family[] = [
  { family: 'Pegasus', names: ['chrysaor'], words: ['pegasus', 'nso', 'forcedentry'] },
  { family: 'Predator', names: ['predator'], words: ['intellexa', 'cytrox', 'predator spyware'] },
  { family: 'Triangulation', names: [], words: ['triangulation', 'operation triangulation', 'triangledb'] },
  { family: 'KingsPawn', names: ['reign'], words: ['quadream', 'kingspawn', 'kings pawn', 'king spawn'] },
  { family: 'RCS Lab', names: [], words: ['rcs lab', 'tykelab', 'hermit spyware'] },
  { family: 'FinFisher', names: [], words: ['fin fisher', 'fin spy'] },
  { family: 'Candiru', names: ['sourgum'], words: ['candiru', 'devils tongue'] },
  { family: 'Helios', names: [], words: ['wintego'] },
  { family: 'Cellebrite', names: [], words: ['cellebrite'] },
  { family: 'NoviSpy', names: [], words: ['novi spy'] },
  { family: 'Graphite', names: [], words: ['paragon graphite', 'paragon solutions', 'graphite spyware'] },
  { family: 'Hacking Team', names: [], words: ['hacking team', 'memento labs'] },
  { family: 'Heliconia', names: [], words: ['variston', 'heliconia'] },
  { family: 'LightSpy', names: [], words: ['light spy', 'brazen bamboo'] },
  { family: 'Insomnia', names: [], words: ['poison carp'] },
]

const spaced = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()} `

const whole = new Map<string, string>()
const within: { readonly text: string; readonly family: string }[] = []
for (const { family, names, words } of targetedFamilies) {
  for (const n of names) whole.set(n.replaceAll(' ', ''), family)
  for (const w of words) within.push({ text: ` ${w} `, family }, { text: ` ${w.replaceAll(' ', '')} `, family })
}
/** Words around a family's name that say nothing. */
const filler = /^(?:operation|spyware|malware|apt|ios|iphone|iocs?|indicators?|v?\d+|for|of|related|to)$/
const longest = 2000

/** The targeted family that a family name, feed label, title or folder speaks of; null: none that we know. */
export function targetedFamily(text: string): string | null {
  if (text === '') return null
  const name = text.slice(0, longest)
  const plain = spaced(name)
  const bare = plain
    .split(' ')
    .filter((w) => !filler.test(w))
    .join('')
  const exact = whole.get(bare)
  if (exact !== undefined) return exact
  const unfolded = spaced(name.replace(/([a-z])([A-Z])/g, '$1 $2'))
  return within.find((w) => plain.includes(w.text) || unfolded.includes(w.text))?.family ?? null
}

/** What feeds write as a label or tag of targeted spyware; `spyware` alone is STIX's word for the type of malware. */
const labels = new Set(['targeted', 'targetedspyware', 'targetedsurveillance', 'mercenary', 'mercenaryspyware'])
const bareLabel = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '')

/** Does any name, title, label or tag speak of targeted spyware: by a family that we know, or in so many words? */
export const speaksOfTargeted = (texts: readonly string[]): boolean =>
  texts.some((text) => targetedFamily(text) !== null || labels.has(bareLabel(text.slice(0, 100))))

/** Is a STIX malware object targeted spyware by its labels and types? Stalkerware is spyware that is not. */
export const isTargetedMalware = (marks: readonly string[], types: readonly string[]): boolean =>
  speaksOfTargeted(marks) ||
  (types.some((type) => bareLabel(type) === 'spyware') &&
    !marks.some((mark) => bareLabel(mark).includes('stalkerware')))
