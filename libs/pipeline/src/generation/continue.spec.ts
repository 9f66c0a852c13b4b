import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DecodedRow } from '@ehrsynth/decode';
import { loadMatrix } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { readRecords } from '../cohort/records-file.ts';
import { InvalidOptionsError } from '../errors.ts';
import { releaseChain } from '../release/release-provenance.ts';
import { coinModel, COINS } from '../testing-model.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { continueRecords, futureId, futuresOf } from './continue.ts';
import { DrawnRecords } from './drawn-records.ts';
import { ContinuedRecordsError, NobodyToContinueError, NoFuturesError } from './errors.ts';

const at = ownFolder();
const AS_OF = '2015-06-30';
const options = { asOf: AS_OF, engine: 'wasm', seed: 7 } as const;

async function recordsAt(...path: string[]): Promise<PatientRecord[]> {
  const found: PatientRecord[] = [];
  for await (const record of readRecords(at(...path))) found.push(record);
  return found;
}

const person = (id: string, more: Partial<PatientRecord> = {}): PatientRecord => {
  const code = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10' };
  const events = ['2014-01-01', AS_OF, '2016-01-01'].map((start, encounter) => ({
    kind: 'condition' as const,
    code,
    start,
    encounter,
    text: 'Ada said so',
  }));
  const encounters = events.map(({ start }) => ({ class: 'AMB', start, end: start }));
  return { id, sex: 'female', birthDate: '1950-05-05', encounters, events, ...more };
};

const write = (name: string, records: PatientRecord[]) =>
  writeFileSync(at(name), records.map((record) => `${JSON.stringify(record)}\n`).join(''));

const upTo = ({ encounters, events }: PatientRecord) => ({
  encounters: encounters.filter(({ start }) => start! <= AS_OF),
  events: events.filter(({ start }) => start! <= AS_OF).map(({ kind, code, start }) => ({ kind, code, start })),
});

describe('futures of records', () => {
  beforeAll(async () => {
    await ingest(simulated(160), { out: at('cohort'), minPatients: 4 });
    const settings = { epochs: 1, hidden: 8 };
    await train(at('cohort'), { model: 'visits', out: at('model'), settings, engine: 'wasm' });
    write('few.ndjson', [
      person('ada'),
      person('dead', { deathDate: '2015-01-01' }),
      person('unborn', { birthDate: '2016-01-01', encounters: [], events: [] }),
      person('grace', { sex: 'male' }),
    ]);
  });

  it('keep what stands in a record up to the day, and draw what follows', async () => {
    const out = at('futures');
    const done = await continueRecords(at('model'), { ...options, from: at('few.ndjson'), futures: 3, out });
    expect(done).toEqual({ out, histories: 2, patients: 6, dead: 1, unborn: 1, unseen: 0 });
    const found = await recordsAt('futures', 'records.ndjson.gz');
    expect(found.map(({ id }) => id)).toEqual(['ada-1', 'ada-2', 'ada-3', 'grace-1', 'grace-2', 'grace-3']);
    for (const record of found) {
      expect(upTo(record)).toEqual(upTo(person('ada')));
      expect(record).toMatchObject({ sex: record.id.startsWith('ada') ? 'female' : 'male', birthDate: '1950-05-05' });
      // An event may be outside of visits, and on any day of a stay.
      const visitOf = (encounter: number) => record.encounters[encounter] ?? { start: 'none' };
      for (const { start, encounter } of record.events)
        if (encounter !== undefined) expect(visitOf(encounter).start! <= start!).toBe(true);
    }
    // Free text may name somebody: it is not copied.
    expect(JSON.stringify(found)).not.toContain('Ada said so');
    const matrix = await loadMatrix(out);
    expect(matrix.ids).toEqual(found.map(({ id }) => id));
    const i10 = matrix.columns.findIndex(({ code }) => code === 'I10');
    for (let row = 0; row < 6; row++)
      expect(matrix.entries(row).find(([column]) => column === i10)?.[1]).toBeGreaterThanOrEqual(2);
    const run = JSON.parse(readFileSync(at('futures', 'run.json'), 'utf8'));
    expect(run).toMatchObject({
      command: 'generate',
      options: { asOf: AS_OF, futures: 3, seed: 7, origin: 'records' },
      links: { model: '../model' },
      counts: { patients: 6, histories: 2, dead: 1, unborn: 1 },
    });
  });

  it('are those of the seed and the record, whoever else is continued, and differ from one another', async () => {
    write('grace.ndjson', [person('grace', { sex: 'male' })]);
    const from = at('grace.ndjson');
    await continueRecords(at('model'), { ...options, from, futures: 20, out: at('alone') });
    await continueRecords(at('model'), { ...options, from, futures: 20, out: at('other'), seed: 8 });
    const alone = await recordsAt('alone', 'records.ndjson.gz');
    const together = await recordsAt('futures', 'records.ndjson.gz');
    expect(alone.slice(0, 3)).toEqual(together.slice(3));
    expect(new Set(alone.map(({ encounters, events }) => JSON.stringify([encounters, events]))).size).toBeGreaterThan(
      1,
    );
    expect(await recordsAt('other', 'records.ndjson.gz')).not.toEqual(alone);
  });

  it("go on from a part of a cohort, and are not released: the histories are those of the cohort's people", async () => {
    const out = at('held-out');
    const given = { ...options, asOf: '2021-06-30', from: at('cohort', 'holdout'), out };
    const done = await continueRecords(at('model'), given);
    const heldOut = await recordsAt('cohort', 'holdout', 'records.ndjson.gz');
    expect(done.histories + done.dead + done.unborn + done.unseen).toBe(heldOut.length);
    expect(done.patients).toBe(done.histories);
    await expect(releaseChain(out, {})).rejects.toThrow(ContinuedRecordsError);
  });

  it('are refused of a model of rows, of nobody, and on a day that is none', async () => {
    const from = at('few.ndjson');
    await train(at('cohort'), { model: 'marginals', out: at('rows'), engine: 'wasm' });
    const refused = (model: string, more: object) =>
      continueRecords(at(model), { ...options, from, out: at('none'), ...more });
    await expect(refused('rows', {})).rejects.toThrow(NoFuturesError);
    await expect(refused('rows', {})).rejects.toThrow(/cannot continue records/);
    await expect(refused('model', { asOf: '1900-01-01' })).rejects.toThrow(NobodyToContinueError);
    await expect(refused('model', { asOf: '2090-01-01' })).rejects.toThrow(/Nothing can be drawn after 2090-01-01/);
    await expect(refused('model', { asOf: '2015-02-30' })).rejects.toThrow(InvalidOptionsError);
    await expect(refused('model', { from: at('cohort') })).rejects.toThrow(/whole cohort/);
    expect(existsSync(at('none'))).toBe(false);
  });
});

it('a patient whom the model has nothing to go on from is counted, and has no futures', async () => {
  const encoding = { levels: {}, minPatients: 10, rare: 'drop' } as const;
  const generation = { model: coinModel([1, 0, 0]), writer: new DrawnRecords(COINS, encoding) };
  async function* histories() {
    yield person('new', { encounters: [], events: [] });
    yield person('ada');
  }
  const done = { histories: 0, patients: 0, dead: 0, unborn: 0, unseen: 0 };
  const found: DecodedRow[] = [];
  const given = { asOf: AS_OF, futures: 2, seed: 1 };
  for await (const one of futuresOf(histories(), generation, given, done)) found.push(one);
  expect(found.map(({ record }) => record.id)).toEqual(['ada-1', 'ada-2']);
  expect(done).toEqual({ histories: 1, patients: 2, dead: 0, unborn: 0, unseen: 1 });
  // A woman, and heads; I10 has no column.
  expect(found[0].entries.map(([column]) => column)).toEqual([0, 2]);
});

it('an id is that of the history with a number, and never longer than OMOP takes', () => {
  expect(futureId('ada', 12)).toBe('ada-12');
  const long = 'x'.repeat(60);
  expect(futureId(long, 20).length).toBeLessThanOrEqual(50);
  expect(futureId(long, 20)).not.toBe(futureId(`${long}y`, 20));
  expect(futureId(long, 20).replace(/20$/, '3')).toBe(futureId(long, 3));
});
