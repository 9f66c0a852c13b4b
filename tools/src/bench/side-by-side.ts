import { median } from './median.ts';

export interface Timed {
  seconds: number;
  /** Of the work's time to the reference's, the median of those of each round. */
  ratio: number;
}

/**
 * Times works beside a reference: one round to warm up, then so many in which each runs once, so that what else the machine does falls on
 * all of them. Gives medians, the reference's under `reference`.
 */
export async function sideBySide<Name extends string>(
  works: Record<Name | 'reference', () => unknown>,
  repeats: number,
): Promise<Record<Name | 'reference', Timed>> {
  const names = Object.keys(works) as (Name | 'reference')[];
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round <= repeats; round++) {
    const took: Record<string, number> = {};
    for (const name of names) {
      const started = performance.now();
      await works[name]();
      took[name] = (performance.now() - started) / 1000;
    }
    if (round > 0) rounds.push(took);
  }
  const timed = (name: string): Timed => ({
    seconds: median(rounds.map((took) => took[name])),
    ratio: median(rounds.map((took) => took[name] / took['reference'])),
  });
  return Object.fromEntries(names.map((name) => [name, timed(name)])) as Record<Name | 'reference', Timed>;
}
