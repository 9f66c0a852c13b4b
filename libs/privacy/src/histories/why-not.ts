import type { Histories } from '@ehrsynth/histories';

/** Histories with a code that each side must have for attacks to be measured. */
const FEWEST = 10;

const NAMES = { training: 'training', holdout: 'held-out', synthetic: 'synthetic' } as const;

/** Why attacks on these histories say nothing; undefined where they can be measured. */
export function whyNot(sides: Record<keyof typeof NAMES, Histories>): string | undefined {
  for (const side of ['training', 'holdout', 'synthetic'] as const)
    if (havingCodes(sides[side]) < FEWEST) return `fewer than ${FEWEST} ${NAMES[side]} histories have a code`;
  return undefined;
}

function havingCodes({ patients, arrays: { visitStarts, eventStarts } }: Histories): number {
  let count = 0;
  for (let patient = 0; patient < patients; patient++)
    if (eventStarts[visitStarts[patient + 1]] > eventStarts[visitStarts[patient]]) count++;
  return count;
}
