/** Kinds of surprise that can be known to be harmless, and `lead`: what is odd where no fleet can be compared with. */
export const quietKinds = ['new_name', 'breadth', 'tunnel', 'generated', 'lead'] as const
export type QuietKind = (typeof quietKinds)[number]
