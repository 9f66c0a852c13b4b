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
