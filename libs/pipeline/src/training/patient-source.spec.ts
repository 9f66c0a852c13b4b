import { loadMatrix } from '@ehrsynth/matrix';
import { beforeAll, expect, it } from 'vitest';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { ingest } from '../cohort/ingest.ts';
import { ownFolder, simulated } from '../testing.ts';
import { patientsOf } from './patient-source.ts';

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
