import { join } from 'node:path';
import { expectShapes, WeightStore } from '@ehrsynth/engine';
import { temporaryFolder } from '@ehrsynth/io';
import type { Column } from '@ehrsynth/matrix';
import { Rng, uuidOf } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import {
  type Columns,
  Dictionary,
  DictionaryLearner,
  type LeftOut,
  LifeStore,
  nothingLeftOut,
  recordOf,
} from '@ehrsynth/sequence';
import { z } from 'zod';
import { fitLessons } from '../likelihood.ts';
import { NothingToLearnError } from '../errors.ts';
import { readModel, saveModel } from '../model-file.ts';
import {
  type ContinueOptions,
  type Future,
  type PatientModel,
  type PatientSource,
  type RecordLikelihoods,
  refuseNothing,
  type SampledPatient,
} from '../patient-model.ts';
import { type FitControl, MIN_PATIENTS, type SampleOptions } from '../synthesizer.ts';
import { calibrate } from './calibrate.ts';
import { type Tally, tallyOf } from './context-tally.ts';
import { futuresOf } from './continue.ts';
import { beginWithFrequencies } from './frequencies.ts';
import { Batcher, Language } from './language.ts';
import { LifeLessons } from './lessons.ts';
import { lossesOfLives } from './losses.ts';
import { VisitsNetwork } from './network.ts';
import { batchTokensFor, NO_FLOW, scheduleFor, sized, type SizedOptions, VisitsOptions } from './options.ts';
import { dictionaryInPrivate, fitLivesPrivately, withCounts } from './private-fit.ts';
import { BLOCK_LIVES, LifeSampler } from './sample.ts';

const FORMAT = 'ehrsynth-visits-1';

const Learned = z.object({ dictionary: Dictionary });

/** A network, and what it learns from. */
export interface Lives {
  network: VisitsNetwork;
  language: Language;
  store: LifeStore;
}

/**
 * A patient's whole life, token by token, each with its probability given all before it: who it is, then visit after visit the time to it,
 * its class and stay, and its codes with their values, to the end of the record or death. What a patient has had is summed up, with how
 * long ago it was; the likelihood is exact. @see walk.ts of libs/sequence
 */
export class Visits implements PatientModel {
  readonly takes = 'records';
  readonly drawsOnEngine = false;
  readonly options: SizedOptions;
  /** What of the training records no token says; of a private training, and of a model that was loaded, it is not known. */
  leftOut: LeftOut | undefined;
  private state: { network: VisitsNetwork; language: Language } | undefined;
  private sampler: LifeSampler | undefined;

  constructor(
    readonly columns: readonly Column[],
    options: VisitsOptions = VisitsOptions.parse({}),
  ) {
    this.options = sized(options);
    if (options.noiseMultiplier > 0 && options.values === 'flow')
      throw new Error(`values by a flow, in private: ${NO_FLOW}`);
  }

  async fit(source: PatientSource, control: FitControl = {}): Promise<boolean> {
    refuseNothing(source);
    if (this.options.noiseMultiplier > 0) return this.fitPrivately(source, control);
    this.state = this.build(await learnDictionary(source, control));
    const { network, language } = this.state;
    return withStore(control, async (store) => {
      this.leftOut = nothingLeftOut();
      await this.read(source, store, this.leftOut);
      const { events, encounters, undatedEvents, undatedEncounters } = this.leftOut;
      if (undatedEvents + undatedEncounters > 0 && undatedEvents === events && undatedEncounters === encounters)
        throw new NothingToLearnError('dates');
      return this.learn({ network, language, store }, control);
    });
  }

  private async fitPrivately(source: PatientSource, control: FitControl): Promise<boolean> {
    const { options } = this;
    const begun = await dictionaryInPrivate(source, options, control);
    this.state = this.build(begun.dictionary);
    return withStore(control, async (store) => {
      // How much is left out would depend on the patients.
      await this.read(source, store, nothingLeftOut());
      const { dictionary, counts } = await withCounts(begun, this.learned.language, store, options, control);
      this.state = this.build(dictionary);
      const { network, language } = this.state;
      return fitLivesPrivately(network, language, store, source, counts, options, control);
    });
  }

  /** Writes what the lives are into a store. */
  private async read(source: PatientSource, store: LifeStore, leftOut: LeftOut): Promise<void> {
    const reader = this.learned.language.reader((event) => source.columnOf(event), leftOut);
    for await (const record of source.records()) store.add(reader.read(record));
    store.flush();
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

  /** @see PatientModel.continue */
  async *continue(records: AsyncIterable<PatientRecord>, options: ContinueOptions): AsyncGenerator<Future> {
    const { network, language } = this.learned;
    this.sampler ??= await LifeSampler.of(network, language);
    yield* futuresOf(this.sampler, language, records, options);
  }

  async logLikelihood(
    records: AsyncIterable<PatientRecord>,
    columnOf: Columns['columnOf'],
  ): Promise<RecordLikelihoods> {
    const { network, language } = this.learned;
    const reader = language.reader(columnOf);
    async function* lives() {
      for await (const record of records) yield reader.read(record);
    }
    const tokens: number[] = [];
    const count = (life: number, own: number) => (tokens[life] = (tokens[life] ?? 0) + own);
    const losses = await lossesOfLives(network, new Batcher(language, true), lives(), count);
    return { nats: losses.map((loss) => -loss), tokens: Float64Array.from(tokens) };
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
    await new WeightStore(model.begin(learned.dictionary).network.named).load(folder);
    return model;
  }

  dispose(): void {
    this.state?.network.dispose();
    this.state = this.sampler = undefined;
  }

  /** Learns from all lives of the store; false where it was stopped. */
  protected async learn({ network, language, store }: Lives, control: FitControl): Promise<boolean> {
    const tally = await tallyOf(store.all(), language);
    if (!(await this.learnLikelihood({ network, language, store }, tally, control))) return false;
    // What follows is short beside it, and is done again where it was stopped.
    return calibrate(network, language, tally, this.options.seed, control.signal);
  }

  /** The option that gives the epochs of maximum likelihood. */
  protected readonly epochsOption: string = 'epochs';

  /** By maximum likelihood, with checkpoints. @param tally of the store's lives */
  protected learnLikelihood({ network, language, store }: Lives, tally: Tally, control: FitControl): Promise<boolean> {
    beginWithFrequencies(network, language, tally);
    const tokens = store.parts.reduce((sum, part) => sum + part.tokens, 0);
    const batchTokens = batchTokensFor(this.options, tokens);
    const schedule = scheduleFor(this.options, store.lives, Math.ceil(tokens / batchTokens));
    const options = { ...this.options, ...schedule, batchTokens };
    return fitLessons(new LifeLessons(network, language, store, options), options, control, this.epochsOption);
  }

  /** A network that has not learned, for lives written in a dictionary; for a training that is led from outside. */
  begin(dictionary: Dictionary): { network: VisitsNetwork; language: Language } {
    return (this.state = this.build(dictionary));
  }

  private build(dictionary: Dictionary) {
    this.dispose();
    const language = new Language(dictionary, this.options.values);
    const rng = new Rng(this.options.seed).fork('weights');
    return { language, network: new VisitsNetwork(language, this.options, rng) };
  }

  private get learned() {
    if (!this.state) throw new Error('the model has not been trained');
    return this.state;
  }
}

/** A store of lives for as long as it is used. */
async function withStore<T>({ checkpointFolder }: FitControl, use: (store: LifeStore) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder(checkpointFolder && join(checkpointFolder, '..'));
  const store = new LifeStore(join(folder.path, 'lives.bin'));
  try {
    return await use(store);
  } finally {
    store.close();
    await folder.remove();
  }
}

async function learnDictionary(source: PatientSource, { minPatients = MIN_PATIENTS }: FitControl): Promise<Dictionary> {
  const learner = new DictionaryLearner(source, minPatients);
  for await (const record of source.records()) learner.add(record);
  return learner.done();
}
