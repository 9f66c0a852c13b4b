import { join } from 'node:path';
import { expectShapes, WeightStore } from '@ehrsynth/engine';
import { temporaryFolder } from '@ehrsynth/io';
import type { Column } from '@ehrsynth/matrix';
import { Rng, uuidOf } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { dayNumber } from '@ehrsynth/histories';
import {
  type Columns,
  Dictionary,
  DictionaryLearner,
  knownOn,
  type LeftOut,
  LifeStore,
  nothingLeftOut,
  recordOf,
  withFuture,
} from '@ehrsynth/sequence';
import { z } from 'zod';
import { fitLessons } from '../likelihood.ts';
import { readModel, saveModel } from '../model-file.ts';
import { type PatientModel, type PatientSource, refuseNothing, type SampledPatient } from '../patient-model.ts';
import { type FitControl, MIN_PATIENTS, type SampleOptions } from '../synthesizer.ts';
import { calibrate } from './calibrate.ts';
import { beginWithFrequencies } from './frequencies.ts';
import { Batcher, Language } from './language.ts';
import { LifeLessons } from './lessons.ts';
import { lossesOfLives } from './losses.ts';
import { VisitsNetwork } from './network.ts';
import { batchTokensFor, scheduleFor, sized, type SizedOptions, VisitsOptions } from './options.ts';
import { dictionaryInPrivate, fitLivesPrivately } from './private-fit.ts';
import { BLOCK_LIVES, LifeSampler } from './sample.ts';

const FORMAT = 'ehrsynth-visits-1';

const Learned = z.object({ dictionary: Dictionary });

/**
 * A patient's whole life, token by token, each with its probability given all before it: who it is, then visit after visit the time to it,
 * its class and stay, and its codes with their values, to the end of the record or death. What a patient has had is summed up, with how
 * long ago it was; the likelihood is exact. @see walk.ts of libs/sequence
 */
export class Visits implements PatientModel {
  readonly takes = 'records';
  readonly drawsOnEngine = false;
  readonly options: SizedOptions;
  /** What of the training records no token says. */
  leftOut: LeftOut = nothingLeftOut();
  private state: { network: VisitsNetwork; language: Language } | undefined;
  private sampler: LifeSampler | undefined;

  constructor(
    readonly columns: readonly Column[],
    options: VisitsOptions = VisitsOptions.parse({}),
  ) {
    this.options = sized(options);
  }

  async fit(source: PatientSource, control: FitControl = {}): Promise<boolean> {
    refuseNothing(source);
    const isPrivate = this.options.noiseMultiplier > 0;
    this.state = this.build(
      isPrivate ? await dictionaryInPrivate(source, this.options, control) : await learnDictionary(source, control),
    );
    const { network, language } = this.state;
    const folder = await temporaryFolder(control.checkpointFolder && join(control.checkpointFolder, '..'));
    const store = new LifeStore(join(folder.path, 'lives.bin'));
    try {
      // How much is left out would depend on the patients.
      const leftOut = isPrivate ? nothingLeftOut() : this.leftOut;
      const reader = language.reader((event) => source.columnOf(event), leftOut);
      for await (const record of source.records()) store.add(reader.read(record));
      store.flush();
      if (isPrivate) return await fitLivesPrivately(network, language, store, source, this.options, control);
      await beginWithFrequencies(network, language, store.all());
      const batchTokens = batchTokensFor(this.options, store);
      const options = { ...this.options, ...scheduleFor(this.options, store.lives), batchTokens };
      if (!(await fitLessons(new LifeLessons(network, language, store, options), options, control))) return false;
      // What follows is short beside it, and is done again where it was stopped.
      return await calibrate(network, language, store.all(), store.lives, this.options.seed, control.signal);
    } finally {
      store.close();
      await folder.remove();
    }
  }

  async *sample(
    patients: number,
    { seed, range: [first, end] = [0, patients], onProgress, signal }: SampleOptions,
  ): AsyncGenerator<SampledPatient> {
    const { network, language } = this.learned;
    const { dictionary, alphabet } = language;
    this.sampler ??= await LifeSampler.of(network, language);
    for (let start = first; start < end; start += BLOCK_LIVES) {
      const rngs = Array.from({ length: Math.min(BLOCK_LIVES, end - start) }, (_, i) =>
        new Rng(seed).fork(`patient/${start + i}`),
      );
      const lives = await this.sampler.draw(rngs, signal);
      for (const [i, life] of lives.entries()) {
        const row = start + i;
        yield { row, record: recordOf(uuidOf(`${seed}/${row}`), life, dictionary, alphabet, rngs[i]) };
      }
      onProgress?.(start + lives.length - first);
    }
  }

  /** None where the record has no visit up to that day, or the patient had died. @see PatientModel.continue */
  async continue(
    record: PatientRecord,
    asOf: string,
    futures: number,
    { seed, columnOf }: { seed: number; columnOf: Columns['columnOf'] },
  ): Promise<PatientRecord[]> {
    const { network, language } = this.learned;
    const { dictionary, alphabet } = language;
    this.sampler ??= await LifeSampler.of(network, language);
    const known = knownOn(record, asOf);
    const life = language.reader(columnOf).read(known);
    if (life.items.length === 0 || known.deathDate !== undefined) return [];
    const drawn: PatientRecord[] = [];
    for (let first = 0; first < futures; first += BLOCK_LIVES) {
      const rngs = Array.from({ length: Math.min(BLOCK_LIVES, futures - first) }, (_, i) =>
        new Rng(seed).fork(`future/${record.id}/${first + i}`),
      );
      const beginnings = rngs.map(() => ({ life, asOf: dayNumber(asOf) }));
      for (const [i, one] of (await this.sampler.draw(rngs, undefined, beginnings)).entries()) {
        const id = `${record.id}-${first + i + 1}`;
        drawn.push(withFuture(known, recordOf(id, one, dictionary, alphabet, rngs[i]), asOf, id));
      }
    }
    return drawn;
  }

  async logLikelihood(records: AsyncIterable<PatientRecord>, columnOf: Columns['columnOf']): Promise<Float64Array> {
    const { network, language } = this.learned;
    const reader = language.reader(columnOf);
    async function* lives() {
      for await (const record of records) yield reader.read(record);
    }
    const losses = await lossesOfLives(network, new Batcher(language), lives());
    return losses.map((loss) => -loss);
  }

  async save(folder: string): Promise<void> {
    const { network, language } = this.learned;
    const learned = { dictionary: language.dictionary };
    await saveModel(folder, FORMAT, this.columns, this.options, learned, network.named);
  }

  /** @throws UserError where the folder holds no whole model of this kind */
  static async load(folder: string): Promise<Visits> {
    const parts = { options: VisitsOptions, learned: Learned, hasWeights: true };
    const { columns, options, learned } = await readModel(folder, FORMAT, parts);
    const model = new Visits(columns, options);
    const { features } = new Language(learned.dictionary);
    await expectShapes(folder, { 'first.weights': [features.count, sized(options).hidden] });
    model.state = model.build(learned.dictionary);
    await new WeightStore(model.state.network.named).load(folder);
    return model;
  }

  dispose(): void {
    this.state?.network.dispose();
    this.state = this.sampler = undefined;
  }

  private build(dictionary: Dictionary) {
    this.dispose();
    const language = new Language(dictionary);
    const rng = new Rng(this.options.seed).fork('weights');
    return { language, network: new VisitsNetwork(language, this.options, rng) };
  }

  private get learned() {
    if (!this.state) throw new Error('the model has not been trained');
    return this.state;
  }
}

async function learnDictionary(source: PatientSource, { minPatients = MIN_PATIENTS }: FitControl): Promise<Dictionary> {
  const learner = new DictionaryLearner(source, minPatients);
  for await (const record of source.records()) learner.add(record);
  return learner.done();
}
