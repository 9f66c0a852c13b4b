import { readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { Encoder, loadColumns } from '@ehrsynth/matrix';
import { loadAnyModel } from '@ehrsynth/models';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { DictionaryLearner } from '@ehrsynth/sequence';
import { Vocabulary } from '@ehrsynth/vocab';
import { beforeAll, describe, expect, it } from 'vitest';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { NoRecordsError } from '../cohort/errors.ts';
import { ingest } from '../cohort/ingest.ts';
import { readRecords } from '../cohort/records-file.ts';
import { StoppedError } from '../errors.ts';
import { trainShared } from '../federation/train-shared.ts';
import { generate } from '../generation/generate.ts';
import { provenRun } from '../run/provenance.ts';
import { ownFolder, simulated } from '../testing.ts';
import { OtherCheckpointError } from '../training/errors.ts';
import { train } from '../training/train.ts';
import { PartSites } from './part-sites.ts';
import { PartsHere } from './testing.ts';
import { trainOn } from './train-on.ts';

const K = 4;
const at = ownFolder();
let records: PatientRecord[];
let cohort: ConstructorParameters<typeof PartsHere>[1];
const exact = { run: { inputs: [] }, options: {}, hasExactCounts: true };

beforeAll(async () => {
  await ingest(simulated(120), { out: at('cohort'), minPatients: K });
  records = [];
  for await (const record of readRecords(at('cohort', 'train', 'records.ndjson.gz'))) records.push(record);
  cohort = { columns: await loadColumns(at('cohort', 'train')), encoding: await readEncoding(at('cohort')) };
});

const twice = { roundsPerEpoch: 2 };
const options = (model: string, out: string) =>
  ({ engine: 'wasm', settings: { epochs: 2, hidden: 8 }, model, out: at(out) }) as const;
const sitesOf = (parts: number, before?: (ask: string) => void) =>
  new PartSites(new PartsHere(records, cohort, parts, before), cohort, 'wasm');
const weightsOf = (folder: string) => readFileSync(at(folder, 'weights.bin'));

describe('parts of a cohort', () => {
  it('write lives in what one machine writes them in: what is common is decided by all patients', async () => {
    const small = { ...options('visits', 'lives'), settings: { epochs: 1, hidden: 4 } };
    await trainShared(sitesOf(3), small, twice, {}, exact);
    const encoder = new Encoder(cohort.columns, cohort.encoding, new Vocabulary());
    const columnOf = (event: CodedEvent) => encoder.columnOf(event);
    const learner = new DictionaryLearner({ columns: cohort.columns, columnOf }, K);
    for (const record of records) learner.add(record);
    const { learned } = JSON.parse(readFileSync(at('lives', 'model.json'), 'utf8')) as { learned: object };
    expect(learned).toEqual({ dictionary: JSON.parse(JSON.stringify(learner.done())) as unknown });
    expect((await loadAnyModel(at('lives'))).columns).toEqual(cohort.columns);
    const drawn = await generate(at('lives'), { out: at('synth'), number: 10, engine: 'wasm' });
    expect(drawn).toMatchObject({ patients: 10 });
  });

  it.each(['autoregressive', 'vae'])('give a model of rows the timeline of all: %s', async (model) => {
    await train(at('cohort'), options(model, `${model}-one`));
    await trainShared(sitesOf(3), options(model, model), twice, {}, exact);
    const [one, three] = [`${model}-one`, model].map((folder) => readFileSync(at(folder, 'timeline.json'), 'utf8'));
    expect(JSON.parse(three)).toEqual(JSON.parse(one));
    await generate(at(model), { out: at(`${model}-synth`), number: 20, engine: 'wasm' });
  });

  it('go on where they were stopped, and give the same', async () => {
    const stop = new AbortController();
    let rounds = 0;
    const sites = sitesOf(3, (ask) => void (ask === 'round' && ++rounds === 3 && stop.abort()));
    const given = options('autoregressive', 'stopped');
    await expect(trainShared(sites, given, twice, { signal: stop.signal }, exact)).rejects.toThrow(StoppedError);
    await trainShared(sitesOf(3), { ...given, resume: true }, twice, {}, exact);
    expect(weightsOf('stopped')).toEqual(weightsOf('autoregressive'));
  });

  it('keep what was done where a task fails each time, and go on as the same parts of the same cohort alone', async () => {
    const given = options('autoregressive', 'failed');
    let rounds = 0;
    const failing = sitesOf(3, (ask) => {
      if (ask === 'round' && ++rounds > 2) throw new Error('The disk of this node is broken');
    });
    const own = { ...exact, cohort: await provenRun(at('cohort'), 'ingest') };
    await expect(trainShared(failing, given, twice, {}, own)).rejects.toThrow('The disk of this node is broken');
    const resumed = { ...given, resume: true };
    const others = trainShared(sitesOf(2), resumed, twice, {}, exact);
    await expect(others).rejects.toThrow(/part 1 of 3 is no site of this one/);
    await ingest(simulated(120), { out: at('another'), minPatients: K, seed: 2 });
    const another = { ...exact, cohort: await provenRun(at('another'), 'ingest') };
    await expect(trainShared(sitesOf(3), resumed, twice, {}, another)).rejects.toThrow(OtherCheckpointError);
    await trainShared(sitesOf(3), resumed, twice, {}, own);
    expect(weightsOf('failed')).toEqual(weightsOf('autoregressive'));
  });
});

it('what does not go with a cluster is refused before it is asked for anything', async () => {
  const given = { out: at('refused'), on: 'sc://127.0.0.1:1' };
  await expect(trainOn(at('cohort'), given)).rejects.toThrow(/those of this cohort are here[^]*--stay/);
  await cp(at('cohort'), at('rows'), { recursive: true });
  const stay = { format: 'ehrsynth-stay-1', place: 's3://bucket/cohort', spark: given.on, training: 9, holdout: 1 };
  await writeFile(at('rows', 'stay.json'), JSON.stringify({ ...stay, hasRecords: false }));
  await expect(trainOn(at('rows'), given)).rejects.toThrow(NoRecordsError);
  await expect(trainOn(at('cohort'), { ...given, dpEpsilon: 3, dpDelta: 0.001 })).rejects.toThrow(/do not go together/);
});
