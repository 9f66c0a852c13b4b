import { simulateLives } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import type { PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { DistinctRuns } from './distinct-runs.ts';

const lives = (seed: number) => [...simulateLives({ patients: 12, seed }, new Vocabulary())];

async function read(runs: DistinctRuns, records: PatientRecord[], folder: string): Promise<number> {
  async function* all() {
    yield* records;
  }
  let count = 0;
  for await (const record of runs.ofRecords(all(), folder)) if (record) count++;
  return count;
}

it('the same records in another order and with other ids are one run, others are not', async () => {
  const runs = new DistinctRuns(2);
  expect(await read(runs, lives(1), 'a')).toBe(12);
  expect(await read(runs, lives(2), 'b')).toBe(12);
  const renamed = lives(1)
    .reverse()
    .map((record, i) => ({ ...record, id: `other-${i}`, events: [...record.events].reverse() }));
  await expect(read(runs, renamed, 'c')).rejects.toThrow('Two of the runs are the same patients: a and c');
});

it('a patient more, or a code on another day, makes another run', async () => {
  const runs = new DistinctRuns(2);
  const [first, ...others] = lives(1);
  await read(runs, [first, ...others], 'a');
  await read(runs, [first, first, ...others], 'b');
  const [event, ...rest] = first.events;
  await read(runs, [{ ...first, events: [{ ...event, start: '1990-01-01' }, ...rest] }, ...others], 'c');
});
