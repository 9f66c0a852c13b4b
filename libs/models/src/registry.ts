import type { Column } from '@ehrsynth/matrix';
import { z, type ZodObject } from 'zod';
import { Autoregressive } from './autoregressive/autoregressive.ts';
import { AutoregressiveOptions, PRIVATE_AUTOREGRESSIVE, scheduleFor } from './autoregressive/options.ts';
import { ChowLiu, ChowLiuOptions } from './baselines/chow-liu.ts';
import { BadOptionError, UnknownOptionError } from './errors.ts';
import { MedGan } from './medgan/medgan.ts';
import { MedGanOptions, scheduleFor as ganSchedule, WganOptions } from './medgan/options.ts';
import { formatOf } from './model-file.ts';
import type { PatientModel } from './patient-model.ts';
import { type LoadedPlugin, loadPluginModel, type PluginName, pluginOf } from './plugin/load-plugin.ts';
import { PLUGIN_FORMAT } from './plugin/plugin-models.ts';
import type { PrivateTraining } from './private/private-steps.ts';
import { scheduleFor as seqGanSchedule, SeqGanOptions } from './seqgan/options.ts';
import { SeqGan } from './seqgan/seqgan.ts';
import type { Synthesizer } from './synthesizer.ts';
import { scheduleFor as vaeSchedule, Vae, VaeOptions } from './vae/vae.ts';
import { earlyScheduleFor as visitsSchedule, PRIVATE_VISITS, VisitsOptions } from './visits/options.ts';
import { Visits } from './visits/visits.ts';

interface AnyKind {
  title: string;
  /** What it is, for help. */
  about: string;
  options: ZodObject;
  /** Of its own options, those that are fixed. */
  fixed?: object;
  /**
   * Options that were not given and have a default that depends on the number of rows, or patients, to learn from. What depends on more
   * than that the model decides itself, and its events say it.
   */
  schedule?(options: object, rows: number, isPrivate: boolean): Record<string, unknown>;
  /** Not there where it cannot be trained with differential privacy. */
  private?: PrivateTraining;
  /** Why it cannot, where that is not plain. */
  whyNotPrivate?: string;
  /** Takes many times as long to train as the others. */
  isSlow?: boolean;
}

/** A model of rows: what a patient had, as a set or as counts. */
interface RowKind extends AnyKind {
  takes?: undefined;
  create(columns: readonly Column[], options: object): Synthesizer;
}

/** A model of whole records. */
interface RecordKind extends AnyKind {
  takes: 'records';
  create(columns: readonly Column[], options: object): PatientModel;
}

type Kind = RowKind | RecordKind;

/** MedGAN and its relatives, by their options. */
const ganKind = (type: typeof MedGanOptions | typeof WganOptions) =>
  ({
    options: type,
    schedule: (options, rows) => ganSchedule(type.parse(options), rows),
    create: (columns, options) => new MedGan(columns, type.parse(options)),
  }) satisfies Partial<RowKind>;

/** The models by the names that `train -m` takes. */
export const MODELS = {
  autoregressive: {
    title: 'Autoregressive',
    about: 'sets of codes, one code after another, by maximum likelihood; the most faithful model of rows',
    options: AutoregressiveOptions,
    schedule: (options, rows, isPrivate) => {
      const own = AutoregressiveOptions.parse(options);
      return scheduleFor(isPrivate ? { ...own, noiseMultiplier: 1 } : own, rows);
    },
    private: PRIVATE_AUTOREGRESSIVE,
    create: (columns, options) => new Autoregressive(columns, AutoregressiveOptions.parse(options)),
  },
  visits: {
    title: 'Visits',
    about: 'whole records, one visit after another, with values; the default',
    takes: 'records',
    options: VisitsOptions,
    schedule: (options, patients, isPrivate) => {
      const own = VisitsOptions.parse(options);
      return visitsSchedule(isPrivate ? { ...own, noiseMultiplier: 1 } : own, patients);
    },
    private: PRIVATE_VISITS,
    create: (columns, options) => new Visits(columns, VisitsOptions.parse(options)),
  },
  seqgan: {
    title: 'SeqGAN',
    about: 'the visits model, trained further against a discriminator (Yu et al. 2017); for reference',
    takes: 'records',
    isSlow: true,
    options: SeqGanOptions,
    schedule: (options, patients) => seqGanSchedule(SeqGanOptions.parse(options), patients),
    whyNotPrivate:
      'its discriminator uses the patients again in every round after pre-training, which the budget does not cover',
    create: (columns, options) => new SeqGan(columns, SeqGanOptions.parse(options)),
  },
  medgan: {
    title: 'MedGAN',
    about: 'an autoencoder and a GAN (Choi et al. 2017)',
    ...ganKind(MedGanOptions),
  },
  medbgan: {
    title: 'medBGAN',
    about: 'MedGAN with a boundary-seeking generator (Baowaly et al. 2019)',
    ...ganKind(MedGanOptions),
    fixed: { generatorLoss: 'boundary' },
  },
  medwgan: {
    title: 'medWGAN',
    about: 'MedGAN with a Wasserstein loss and gradient penalty (Baowaly et al. 2019)',
    ...ganKind(WganOptions),
    fixed: { generatorLoss: 'wasserstein' },
  },
  'emr-wgan': {
    title: 'EMR-WGAN',
    about: 'codes for given demographics, without an autoencoder (Zhang et al. 2020)',
    ...ganKind(WganOptions),
    fixed: { generatorLoss: 'wasserstein', layerNorm: true, conditional: true, pretrainEpochs: 0 },
  },
  vae: {
    title: 'VAE',
    about: 'variational autoencoder (Kingma and Welling 2014)',
    options: VaeOptions,
    schedule: (options, rows) => vaeSchedule(VaeOptions.parse(options), rows),
    create: (columns, options) => new Vae(columns, VaeOptions.parse(options)),
  },
  'chow-liu': {
    title: 'Chow–Liu tree',
    about: 'a baseline: each code given one other code',
    options: ChowLiuOptions,
    create: (columns, options) => new ChowLiu(columns, ChowLiuOptions.parse(options)),
  },
  marginals: {
    title: 'Independent marginals',
    about: 'a baseline: each code independently',
    options: ChowLiuOptions,
    fixed: { edges: false },
    create: (columns, options) => new ChowLiu(columns, ChowLiuOptions.parse(options)),
  },
} satisfies Record<string, Kind>;

export type Models = typeof MODELS;
type OwnName = keyof Models;
/** One of ours, or a plug-in that was loaded. */
export type ModelName = OwnName | PluginName;
/** Models of rows, and models of whole records. */
type OwnRecordName = { [N in OwnName]: Models[N] extends { takes: 'records' } ? N : never }[OwnName];
export type RecordModelName = OwnRecordName | PluginName;
export type RowModelName = Exclude<OwnName, OwnRecordName> | PluginName;
export const MODEL_NAMES = Object.keys(MODELS) as OwnName[];
export const ROW_MODEL_NAMES = MODEL_NAMES.filter((name) => !takesRecords(name)) as Exclude<OwnName, OwnRecordName>[];
/** The one that `train` takes where nobody says; and of rows, where records have no dates. */
export const DEFAULT_MODEL: RecordModelName = 'visits';
export const DEFAULT_ROW_MODEL: RowModelName = 'autoregressive';

export function takesRecords(name: ModelName): name is RecordModelName {
  return kindOf(name).takes === 'records';
}

/** Whether it takes many times as long to train as the others. */
export function isSlow(name: ModelName): boolean {
  return kindOf(name).isSlow ?? false;
}

/** What a budget has to know of a model; undefined where it cannot be trained with differential privacy. */
export function privateTrainingOf(name: ModelName): PrivateTraining | undefined {
  return kindOf(name).private;
}

/** Why a model cannot be trained with differential privacy, where there is more to say than that. */
export function whyNotPrivate(name: ModelName): string | undefined {
  return kindOf(name).whyNotPrivate;
}

/** The options of a model: what was given, and the defaults of the rest. @throws UnknownOptionError, BadOptionError */
export function optionsOf(name: ModelName, given: Record<string, unknown>): Record<string, unknown> {
  const { options, fixed, title } = kindOf(name);
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(set).find((key) => !(key in options.shape));
  const known = Object.keys(options.shape).filter((key) => !Object.hasOwn(fixed ?? {}, key));
  if (unknown) throw new UnknownOptionError(title, unknown, known);
  const { data, error } = options.safeParse({ ...set, ...fixed });
  if (error) throw new BadOptionError(String(error.issues[0].path[0]), error.issues[0].message);
  return data;
}

/** Options that were not given and have a default that depends on how many there are to learn from: epochs, patience, batches of an autoencoder. */
export function scheduleOf(name: ModelName, options: object, rows: number, isPrivate = false): Record<string, unknown> {
  return kindOf(name).schedule?.(options, rows, isPrivate) ?? {};
}

/** An untrained model of rows. @param options as `optionsOf` gives them */
export function createModel(name: RowModelName, columns: readonly Column[], options: object): Synthesizer {
  return rowKindOf(name).create(columns, options);
}

/** An untrained model of records. @param options as `optionsOf` gives them */
export function createPatientModel(name: RecordModelName, columns: readonly Column[], options: object): PatientModel {
  const kind = kindOf(name);
  if (kind.takes !== 'records') throw new Error(`${name} takes rows`);
  return kind.create(columns, options);
}

function rowKindOf(name: RowModelName): RowKind {
  const kind = kindOf(name);
  if (kind.takes === 'records') throw new Error(`${name} takes records`);
  return kind;
}

const LOADERS: Record<string, (folder: string) => Promise<Synthesizer>> = {
  'ehrsynth-medgan-1': MedGan.load,
  'ehrsynth-autoregressive-1': Autoregressive.load,
  'ehrsynth-vae-1': Vae.load,
  'ehrsynth-chow-liu-1': ChowLiu.load,
};

const RECORD_LOADERS: Record<string, (folder: string) => Promise<PatientModel>> = {
  'ehrsynth-visits-1': Visits.load,
};

/** The model of rows of a folder, whatever its kind. @throws UserError */
export async function loadModel(folder: string): Promise<Synthesizer> {
  const format = await formatOf(folder);
  // A folder of no known kind is refused by the loader, which finds another format.
  return (LOADERS[format] ?? MedGan.load)(folder);
}

/** The model of a folder, of rows or of records. @throws UserError */
export async function loadAnyModel(folder: string): Promise<Synthesizer | PatientModel> {
  const format = await formatOf(folder);
  if (format === PLUGIN_FORMAT) return loadPluginModel(folder);
  const load = RECORD_LOADERS[format] ?? loadModel;
  return load(folder);
}

/** What a model is called; its name where it is a plug-in that is not at hand. */
export function titleOf(name: string): string {
  return pluginOf(name)?.name ?? (name in MODELS ? MODELS[name as OwnName].title : name);
}

/** Names of the options that a model has. */
export function optionNamesOf(name: ModelName): string[] {
  return Object.keys(kindOf(name).options.shape);
}

function kindOf(name: ModelName): Kind {
  const plugin = pluginOf(name);
  return plugin ? pluginKind(plugin) : (MODELS as Record<OwnName, Kind>)[name as OwnName];
}

const PluginOptions = z.object({ seed: z.number().int().default(1) });

function pluginKind({ name: title, takes, create }: LoadedPlugin): Kind {
  const own = (columns: readonly Column[], options: object) => create(columns, PluginOptions.parse(options).seed);
  const kind = { title, about: 'a plug-in', options: PluginOptions, whyNotPrivate: 'it is a plug-in' };
  return takes === 'records'
    ? { ...kind, takes, create: (columns, options) => own(columns, options) as PatientModel }
    : { ...kind, create: (columns, options) => own(columns, options) as Synthesizer };
}
