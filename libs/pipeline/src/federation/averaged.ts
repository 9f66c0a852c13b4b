import type { Numbers } from '@ehrsynth/models';

/** A site's changes, and the patients that it learned from. */
export interface Change {
  members: number;
  changes: Numbers;
}

/** Numbers moved by the mean of sites' changes, weighted by their patients. @see McMahan et al. 2017, algorithm 1 */
export function averaged(before: Numbers, sites: readonly Change[]): Numbers {
  const all = sites.reduce((sum, { members }) => sum + members, 0);
  return Object.fromEntries(
    Object.entries(before).map(([name, own]) => {
      const sums = new Float64Array(own);
      for (const { members, changes } of sites) {
        const change = changes[name];
        const share = members / all;
        for (let i = 0; i < sums.length; i++) sums[i] += share * change[i];
      }
      return [name, new Float32Array(sums)];
    }),
  );
}

/** The same of the steps that the optimizer's moments come from. */
export function averagedSteps(before: number, sites: readonly { members: number; steps: number }[]): number {
  const all = sites.reduce((sum, { members }) => sum + members, 0);
  return before + Math.round(sites.reduce((sum, { members, steps }) => sum + (steps * members) / all, 0));
}

/** Weights after a round, and how they move on by momentum. */
export interface Moved {
  state: Numbers;
  velocity: Numbers;
}

/**
 * The mean of the sites as a step of an outer optimizer, with Nesterov's momentum: what a site learns in its own small batches moves less far than
 * one machine's training, and the rounds before say where to.
 * @param names weights; the optimizer's moments are the sites' mean
 * @param momentum share of the velocity that stays; 0 gives the mean alone
 * @see Douillard et al. 2023, "DiLoCo", algorithm 1
 */
export function withMomentum(
  before: Numbers,
  mean: Numbers,
  last: Numbers,
  names: readonly string[],
  momentum: number,
): Moved {
  if (momentum === 0) return { state: mean, velocity: {} };
  const state = { ...mean };
  const velocity: Numbers = {};
  for (const name of names) {
    const [from, to, past] = [before[name], mean[name], last[name]];
    const [speed, moved] = [new Float32Array(from.length), new Float32Array(from.length)];
    for (let i = 0; i < from.length; i++) {
      const change = to[i] - from[i];
      speed[i] = momentum * (past?.[i] ?? 0) + change;
      moved[i] = to[i] + momentum * speed[i];
    }
    [velocity[name], state[name]] = [speed, moved];
  }
  return { state, velocity };
}
