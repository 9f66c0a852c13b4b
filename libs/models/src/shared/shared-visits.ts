import { join } from 'node:path';
import {
  Dictionary,
  DictionaryLearner,
  DictionarySummary,
  joinDictionaries,
  lifeOfText,
  LifeStore,
  privateDictionary,
  textOfLife,
} from '@ehrsynth/sequence';
import { z } from 'zod';
import { setAside } from '../likelihood.ts';
import type { PatientSource } from '../patient-model.ts';
import { calibrate } from '../visits/calibrate.ts';
import { type Tally, tallyOf } from '../visits/context-tally.ts';
import { beginWithFrequencies } from '../visits/frequencies.ts';
import { Language } from '../visits/language.ts';
import { LifeLessons } from '../visits/lessons.ts';
import { VisitsNetwork } from '../visits/network.ts';
import { batchTokensFor, PRIVATE_VISITS, scheduleFor, sized, VisitsOptions } from '../visits/options.ts';
import { clippedGradients, PrivateCalibration } from '../visits/private-fit.ts';
import { lastMonthOf, type NoisyCounts, noisyCounts } from '../visits/private-tally.ts';
import { lastDayOf, LifeTally } from '../visits/tally.ts';
import { Visits } from '../visits/visits.ts';
import { Rng } from '@ehrsynth/random';
import {
  batchOf,
  type Course,
  type SharedKind,
  SITES_MOMENTUM,
  type SharedTraining,
  type SiteCounts,
  type SitePart,
  type SitePatients,
  summed,
} from './kind.ts';
import { LessonRounds } from './local-rounds.ts';
import type { Numbers } from './numbers.ts';
import { PrivateRounds } from './private-rounds.ts';

const PHASE = 'likelihood';
/** Names of noisy counts, and of the deviation of their noise. */
const [NOISY, DEVIATION] = ['noisy.', 'deviation.'];

const Said = z.object({ summary: DictionarySummary.optional() });
const Plan = z.object({ dictionary: Dictionary });

/** Whole lives at several sites. In private the dictionary is that of the columns alone, and values are not learned. */
export const SHARED_VISITS: SharedKind<z.infer<typeof Said>, z.infer<typeof Plan>> = {
  said: Said,
  planned: Plan,

  async survey({ source, minPatients }, settings) {
    if (isPrivate(settings)) return {};
    const learner = new DictionaryLearner(source, minPatients);
    for await (const record of source.records()) learner.add(record);
    return { summary: learner.summary() };
  },

  plan(columns, surveys, settings, minPatients) {
    if (isPrivate(settings)) return { dictionary: privateDictionary(columns, new Map()) };
    return {
      dictionary: joinDictionaries(
        surveys.map(({ said }) => said.summary!),
        minPatients,
      ),
    };
  },

  async *prepared(source, { dictionary }, settings) {
    for await (const life of livesOf(source, dictionary, VisitsOptions.parse(settings))) yield textOfLife(life);
  },

  open: (site, { dictionary }, settings) => SiteLives.open(site, dictionary, VisitsOptions.parse(settings)),

  async begin(columns, { dictionary }, settings, sites, coarseness) {
    const options = VisitsOptions.parse(settings);
    const model = new Visits(columns, options);
    const lives = sites.reduce((sum, { patients }) => sum + patients, 0);
    if (isPrivate(options)) return beginPrivately(model, dictionary, sites, lives);
    const { network, language } = model.begin(dictionary);
    const tally = tallyFrom(summed(sites), lives, language);
    beginWithFrequencies(network, language, tally, coarseness);
    const tokens = sites.reduce((sum, { size }) => sum + size, 0);
    const batches = Math.ceil(tokens / batchTokensFor(options, tokens));
    const { epochs, patience } = scheduleFor(options, lives, batches);
    const course: Course = { epochs, batches, patients: lives, learningRate: options.learningRate, l2: options.l2 };
    return {
      model,
      phases: [{ name: PHASE, course, patience, momentum: SITES_MOMENTUM, variables: network.trained, fixed: {} }],
      finish: (signal) => calibrate(network, language, tally, options.seed, signal, coarseness),
    };
  },
};

async function beginPrivately(
  model: Visits,
  own: Dictionary,
  sites: SiteCounts[],
  lives: number,
): Promise<SharedTraining> {
  const { options } = model;
  const counts = noisyFrom(sites);
  const month = counts && lastMonthOf(counts);
  const dictionary = month === undefined ? own : { ...own, lastDay: lastDayOf(month) };
  const { network, language } = model.begin(dictionary);
  const calibration = new PrivateCalibration(network, language, counts, lives, options.seed);
  await calibration.begin();
  const { epochs } = scheduleFor(options, lives);
  const course: Course = {
    epochs,
    batches: 1,
    patients: lives,
    learningRate: options.learningRate,
    l2: options.l2,
    lastDay: dictionary.lastDay,
  };
  return {
    model,
    phases: [{ name: PHASE, course, variables: network.trained, fixed: {} }],
    finish: (signal) => calibration.end(signal),
  };
}

/** Lives of one site. */
class SiteLives implements SitePart {
  private network: VisitsNetwork | undefined;

  private constructor(
    private readonly dictionary: Dictionary,
    private readonly options: VisitsOptions,
    private readonly store: LifeStore,
    private readonly seed: number,
  ) {}

  static async open(site: SitePatients, dictionary: Dictionary, options: VisitsOptions): Promise<SiteLives> {
    const store = new LifeStore(join(site.folder, 'lives.bin'));
    if (site.texts) for await (const text of site.texts()) store.add(lifeOfText(text));
    else for await (const life of livesOf(site.source, dictionary, options)) store.add(life);
    store.flush();
    return new SiteLives(dictionary, options, store, site.seed);
  }

  async counts(): Promise<Numbers> {
    const { store, options, dictionary } = this;
    const language = new Language(dictionary, options.values);
    if (isPrivate(options)) return noisyNumbers(language, store, options.tallyNoise);
    return numbersOf(await tallyOf(store.all(), language));
  }

  get size(): number {
    return isPrivate(this.options) ? this.patients : this.store.parts.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  get patients(): number {
    return this.store.lives;
  }

  /** All of them come with each round. */
  get variables() {
    return {};
  }

  async rounds(phase: string, course: Course) {
    if (phase !== PHASE) throw new Error(`unknown phase ${phase}`);
    const { store, options } = this;
    const { lastDay = this.dictionary.lastDay } = course;
    const language = new Language({ ...this.dictionary, lastDay }, options.values);
    this.network?.dispose();
    // The weights come with each round.
    const network = (this.network = new VisitsNetwork(language, sized(options), new Rng(0)));
    if (isPrivate(options)) {
      const lessons = {
        variables: network.trained,
        patients: store.lives,
        steps: PRIVATE_VISITS.steps(store.lives, options),
        clippedGradients: (taken: Int32Array) => clippedGradients(network, language, store, taken, options.clip),
      };
      return new PrivateRounds(lessons, options);
    }
    const own = {
      ...sized(options),
      epochs: course.epochs,
      seed: this.seed,
      batchTokens: batchOf(this.size, course.batches),
    };
    const aside = setAside(store.lives);
    return new LessonRounds(
      new LifeLessons(network, language, store, own),
      Math.max(1, store.lives - aside),
      aside,
      store.lives / course.patients,
    );
  }

  async close(): Promise<void> {
    this.network?.dispose();
    this.store.close();
  }
}

async function* livesOf({ records, columnOf }: PatientSource, dictionary: Dictionary, { values }: VisitsOptions) {
  const reader = new Language(dictionary, values).reader((event) => columnOf(event));
  for await (const record of records()) yield reader.read(record);
}

function isPrivate(settings: object): boolean {
  return (settings as Partial<VisitsOptions>).noiseMultiplier! > 0;
}

/** A tally as numbers by name, and back. */
function numbersOf({ parts, further, items, itemsFurther, events, first, again, copies, came }: Tally): Numbers {
  const rest = { items, itemsFurther, events, first, again, copies, came };
  const named = (name: string, of: readonly Float64Array[]) => of.map((own, i) => [`${name}.${i}`, own] as const);
  return { ...rest, ...Object.fromEntries([...named('parts', parts), ...named('further', further)]) };
}

function tallyFrom(numbers: Record<string, Float64Array>, lives: number, { sizes }: Language): Tally {
  const { items, itemsFurther, events, first, again, copies, came } = numbers;
  const listed = (name: string) => sizes.map((_, i) => numbers[`${name}.${i}`]);
  return {
    lives,
    parts: listed('parts'),
    further: listed('further'),
    items,
    itemsFurther,
    events,
    first,
    again,
    copies,
    came,
  };
}

async function noisyNumbers(language: Language, store: LifeStore, tallyNoise: number): Promise<Numbers> {
  if (tallyNoise === 0) return {};
  const noisy = await noisyCounts(new LifeTally(language), store.all(), tallyNoise);
  return Object.fromEntries(
    Object.entries(noisy).flatMap(([name, { counts, deviation }]) => [
      [NOISY + name, counts],
      [DEVIATION + name, Float64Array.of(deviation)],
    ]),
  );
}

/** Noisy counts of all sites, whose noise adds up by its variance; undefined where a site has given none. */
function noisyFrom(sites: readonly SiteCounts[]): NoisyCounts | undefined {
  const all: NoisyCounts = {};
  for (const [name, sum] of Object.entries(summed(sites))) {
    if (!name.startsWith(NOISY)) continue;
    const group = name.slice(NOISY.length);
    const deviations = sites.map(({ counts }) => counts[DEVIATION + group]?.[0] ?? 0);
    if (deviations.includes(0)) return undefined;
    all[group] = { counts: sum, deviation: Math.hypot(...deviations) };
  }
  return Object.keys(all).length > 0 ? all : undefined;
}
