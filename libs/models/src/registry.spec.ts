import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Column } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { OtherModelError } from './errors.ts';
import type { SampledPatient } from './patient-model.ts';
import {
  createPatientModel,
  loadAnyModel,
  loadModel,
  MODEL_NAMES,
  optionsOf,
  privateTrainingOf,
  ROW_MODEL_NAMES,
  scheduleOf,
  takesRecords,
} from './registry.ts';

it('refuses an option of another model', () => {
  expect(() => optionsOf('chow-liu', { hidden: 3 })).toThrow('Chow–Liu tree has no --hidden');
  expect(() => optionsOf('autoregressive', { pretrainEpochs: 3 })).toThrow('no --pretrain-epochs');
  expect(() => optionsOf('visits', { pretrainEpochs: 3 })).toThrow('Visits has no --pretrain-epochs');
  expect(() => optionsOf('autoregressive', { batchSize: -3 })).toThrow('--batch-size: ');
  expect(() => optionsOf('seqgan', { batchRows: 3 })).toThrow('SeqGAN has no --batch-rows');
  expect(optionsOf('marginals', { seed: 7, hidden: undefined })).toEqual({ edges: false, seed: 7 });
});

it('every name is that of a model of rows or of records', () => {
  expect(MODEL_NAMES.filter(takesRecords)).toEqual(['visits', 'seqgan']);
  expect([...ROW_MODEL_NAMES, 'visits', 'seqgan'].sort()).toEqual([...MODEL_NAMES].sort());
});

it('says of the models that can be trained privately how many steps that is, and numbers they have at most', () => {
  expect(MODEL_NAMES.filter(privateTrainingOf)).toEqual(['autoregressive', 'visits']);
  const columns = Array.from({ length: 40 }, (_, i): Column => ({
    kind: 'condition',
    system: 'x',
    code: `c${i}`,
    level: 'code',
  }));
  for (const name of ['autoregressive', 'visits'] as const) {
    const training = privateTrainingOf(name)!;
    const few = training.steps(1000, optionsOf(name, { epochs: 3 }));
    const many = training.steps(1000, optionsOf(name, { epochs: 6 }));
    expect(few.samplingRate).toBeGreaterThan(0);
    expect(few.samplingRate).toBeLessThanOrEqual(1);
    expect(Math.abs(many.steps - 2 * few.steps)).toBeLessThanOrEqual(1);
    const weights = (hidden: number) => training.weightsAtMost(columns, optionsOf(name, { hidden }));
    expect(weights(16)).toBeGreaterThan(40 * 16);
    expect(weights(64)).toBeGreaterThan(weights(16));
  }
});

it('of SeqGAN the generator is as large as that of visits, and the rounds do not depend on the patients', () => {
  const { pretrainEpochs, hidden } = scheduleOf('seqgan', optionsOf('seqgan', {}), 60);
  expect(pretrainEpochs).toBeGreaterThan(100);
  expect(scheduleOf('visits', optionsOf('visits', {}), 60)).toEqual({ hidden });
  expect(optionsOf('seqgan', {})).toMatchObject({ epochs: expect.any(Number) });
  expect(scheduleOf('seqgan', optionsOf('seqgan', { pretrainEpochs: 7 }), 60)).toMatchObject({ pretrainEpochs: 7 });
});

it('a model of records is loaded as such, draws the same, and is none of rows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'records-'));
  const columns: Column[] = [
    ...['female', 'male'].map((code): Column => ({ kind: 'demographic', system: 'sex', code, level: 'code' })),
    ...['a', 'b'].map((code): Column => ({ kind: 'condition', system: 'x', code, level: 'code' })),
  ];
  const records = Array.from({ length: 60 }, (_, i): PatientRecord => {
    const [start, code] = ['2020-05-05', { system: 'x', code: i % 3 ? 'a' : 'b' }];
    const events: CodedEvent[] = [{ kind: 'condition', code, start, encounter: 0 }];
    return {
      id: `p${i}`,
      sex: i % 2 ? 'female' : 'male',
      birthDate: '1980-01-01',
      encounters: [{ class: 'AMB', start, end: start }],
      events,
    };
  });
  const model = createPatientModel('visits', columns, optionsOf('visits', { epochs: 1, hidden: 8 }));
  async function* all() {
    yield* records;
  }
  const columnOf = ({ code }: CodedEvent) => columns.findIndex((column) => column.code === code.code);
  expect(await model.fit({ patients: 60, columns, columnOf, records: all })).toBe(true);
  await model.save(folder);
  const drawn = async (one: typeof model) => {
    const found: SampledPatient[] = [];
    for await (const patient of one.sample(20, { seed: 5, range: [3, 9] })) found.push(patient);
    return found;
  };
  const loaded = await loadAnyModel(folder);
  expect('takes' in loaded && loaded.takes).toBe('records');
  const before = await drawn(model);
  expect(before.map(({ row }) => row)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(await drawn(loaded as typeof model)).toEqual(before);
  await expect(loadModel(folder)).rejects.toThrow(OtherModelError);
  rmSync(folder, { recursive: true });
});
