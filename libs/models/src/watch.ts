import { z } from 'zod';
import type { Probe } from './synthesizer.ts';

/** The discriminator wins: its share of right answers, and probes in a row. */
const WINNING = 0.99;
const WINS = 3;
/** Share of the real rows' distinct share. */
const COLLAPSED = 0.5;
/** Prevalence error against the smallest so far, and what is too small to speak of. */
const DRIFT = 2;
const SMALL_ERROR = 0.01;

/** What earlier probes showed; plain data, for a checkpoint. */
export const WatchState = z.object({
  wins: z.number(),
  smallestError: z.number().optional(),
  /** What was said last time, so that it is not said at each probe. */
  said: z.array(z.string()),
});
export type WatchState = z.infer<typeof WatchState>;

export const freshWatch = (): WatchState => ({ wins: 0, said: [] });

/** What looks wrong with a GAN in training, said when it begins, and what to change. */
export function watch(
  { discriminatorAccuracy, distinctRows, rmse }: Probe,
  state: WatchState,
): { warnings: string[]; state: WatchState } {
  const wins = discriminatorAccuracy >= WINNING ? state.wins + 1 : 0;
  const found: Record<string, string | false> = {
    wins:
      wins >= WINS &&
      `the discriminator distinguishes ${percent(discriminatorAccuracy)} of real and generated rows, ${wins} probes in a row: ` +
        'the generator no longer learns from it. Try --discriminator-steps 1 or a larger --batch-size',
    collapse:
      distinctRows.sampled < COLLAPSED * distinctRows.real &&
      `only ${percent(distinctRows.sampled)} of generated rows are distinct (real rows: ${percent(distinctRows.real)}): ` +
        'the generator has collapsed to few kinds of patients. Try a larger --batch-size, a smaller --learning-rate, or --keep-best',
    drift:
      state.smallestError !== undefined &&
      rmse > DRIFT * state.smallestError &&
      rmse > SMALL_ERROR &&
      `the prevalence of the codes is drifting: RMSE ${rmse.toFixed(4)}, up from ${state.smallestError.toFixed(4)}. ` +
        'Try a smaller --learning-rate, or --keep-best',
  };
  const saying = Object.keys(found).filter((name) => found[name]);
  const warnings = saying.filter((name) => !state.said.includes(name)).map((name) => found[name] as string);
  return {
    warnings,
    state: { wins, smallestError: Math.min(state.smallestError ?? Infinity, rmse), said: saying },
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
