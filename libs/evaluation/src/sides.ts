/** The sides of a comparison, in the order in which most figures are counted. */
export const SIDES = ['holdout', 'training', 'synthetic'] as const;
export type SideName = (typeof SIDES)[number];

/** One thing for each side. */
export function eachSide<T>(made: (name: SideName) => T): Record<SideName, T> {
  return { holdout: made('holdout'), training: made('training'), synthetic: made('synthetic') };
}

/** Of synthetic against held-out patients, and the floor: of training against held-out patients. */
export interface Both<T> {
  synthetic: T;
  floor: T;
}

/** What is compared with held-out patients, and the side that it is of. */
export const COMPARED = [
  ['synthetic', 'synthetic'],
  ['floor', 'training'],
] as const;
