import { loadMatrix } from '@ehrsynth/matrix';
import { optionsOf } from '@ehrsynth/models';
import { beforeAll, expect, it } from 'vitest';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { ingest } from '../cohort/ingest.ts';
import { ownFolder, simulated } from '../testing.ts';
import { patientsOf } from '../training/patient-source.ts';
import { entrantModel } from './entrant-model.ts';

const at = ownFolder();

beforeAll(async () => {
  await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
});

it('a model of records learns from the training patients that are to be learned from, and from no others', async () => {
  const all = await loadMatrix(at('cohort', 'train'));
  const some = all.pick([1, 4, 7, 8]);
  const wanted = new Set(some.ids);
  const source = patientsOf(at('cohort'), some, await readEncoding(at('cohort')), (id) => wanted.has(id));
  for (let time = 0; time < 2; time++) {
    const ids: string[] = [];
    for await (const record of source.records()) ids.push(record.id);
    expect(ids).toEqual(some.ids);
  }
  expect(source.patients).toBe(4);
});

it('its rows are those of its records; without histories none are kept', async () => {
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
