import { loadMatrix } from '@ehrsynth/matrix';
import { optionsOf } from '@ehrsynth/models';
import { expect, it } from 'vitest';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { ingest } from '../cohort/ingest.ts';
import { ownFolder, simulated } from '../testing.ts';
import { entrantModel } from './entrant-model.ts';

const at = ownFolder();

it('its rows are those of its records; without histories none are kept', async () => {
  await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
  const training = await loadMatrix(at('cohort', 'train'));
  const from = { cohort: at('cohort'), encoding: await readEncoding(at('cohort')), training };
  const model = entrantModel('visits', optionsOf('visits', { epochs: 1, hidden: 4 }), from);
  expect(await model.fit({ minPatients: 4 })).toBe(true);
  const { rows, histories } = await model.draw(30, 2);
  expect([rows.rows, rows.columns.length]).toEqual([30, training.columns.length]);
  expect(rows.indices.length).toBeGreaterThan(30);
  expect(histories).toBeUndefined();
  model.dispose();
});
