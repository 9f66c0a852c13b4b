import { type CodeMatrix, loadMatrix } from '@ehrsynth/matrix';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { ownFolder, simulated } from '../testing.ts';
import { compare } from './compare.ts';
import { decodedHistories, historyFigures, realHistories } from './entrant-histories.ts';

const at = ownFolder();
const NAMES = ['sequential bigram R2', 'visit bigram R2', 'span KS', 'history trees AUC'] as const;

beforeAll(async () => {
  await ingest(simulated(200), { out: at('cohort'), minPatients: 4 });
});

it('compares each model as records over time beside the floor, unless that is left out', async () => {
  const options = { models: ['marginals' as const], engine: 'wasm' as const };
  const { entrants } = await compare(at('cohort'), { ...options, out: at('with') });
  const [{ figures, floors }] = entrants;
  for (const name of NAMES)
    expect([figures[name], floors[name]], name).toEqual([expect.any(Number), expect.any(Number)]);
  // Codes that are drawn each for itself do not go together in visits as those of patients do.
  expect(figures['visit bigram R2']!).toBeLessThan(floors['visit bigram R2']!);
  const without = await compare(at('cohort'), { ...options, out: at('without'), histories: false });
  expect(Object.keys(without.entrants[0].figures).filter((name) => NAMES.includes(name as never))).toEqual([]);
  expect(without.entrants[0].figures['prevalence r']).toBe(figures['prevalence r']);
});

it('where settings are searched, no history of the held-out patients is looked at', async () => {
  const all = await loadMatrix(at('cohort', 'train'));
  const [training, judges] = [all.pick([...Array(90).keys()]), all.pick([...Array(30).keys()].map((i) => i + 90))];
  const encoding = await readEncoding(at('cohort'));
  const split = { isSplit: true, encoding, hasRows: true };
  const real = await realHistories(at('cohort'), { training, holdout: judges }, split, {});
  expect(real.training.arrays.ids).toEqual(training.ids);
  expect(real.holdout.arrays.ids).toEqual(judges.ids);
  // Rows of a whole cohort are decoded one by one, and drawn again the same.
  const figures = async (rows: CodeMatrix) =>
    historyFigures(real, await decodedHistories(real, rows, { counts: 'modelled' }, 5), 5, {});
  const drawn = () => figures(training);
  const [first, second] = [await drawn(), await drawn()];
  expect(first).toEqual(second);
  const none = await figures(training.pick([]));
  expect(none).toEqual({ figures: {}, floors: {} });
});
