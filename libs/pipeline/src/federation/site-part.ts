import { assignNumbers, type Numbers, type SitePart } from '@ehrsynth/models';
import { Rng } from '@ehrsynth/random';
import type { SharedTask } from './requests.ts';

/** Numbers of a network that a round does not learn stand under this prefix. */
export const FIXED = 'fixed.';

/** The seed of everything random at a site. @param site its name */
export function siteSeed({ seed }: Pick<SharedTask, 'seed'>, site: string): number {
  return new Rng(`${seed}/site/${site}`).int(2 ** 31);
}

/** Fills what a round does not learn of a site's network, as far as it came with the round. */
export function assignFixed({ variables }: SitePart, numbers: Numbers): void {
  const wanted = Object.entries(variables).filter(([name]) => FIXED + name in numbers);
  if (wanted.length > 0) assignNumbers(Object.fromEntries(wanted), numbers, FIXED);
}
