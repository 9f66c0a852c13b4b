import type { Column } from '@ehrsynth/matrix';
import type { ZodObject } from 'zod';
import { Autoregressive } from './autoregressive/autoregressive.ts';
import { AutoregressiveOptions, scheduleFor } from './autoregressive/options.ts';
import { ChowLiu, ChowLiuOptions } from './baselines/chow-liu.ts';
import { BadOptionError, UnknownOptionError } from './errors.ts';
import { MedGan } from './medgan/medgan.ts';
import { MedGanOptions, scheduleFor as ganSchedule, WganOptions } from './medgan/options.ts';
import { formatOf } from './model-file.ts';
import type { Synthesizer } from './synthesizer.ts';
import { scheduleFor as vaeSchedule, Vae, VaeOptions } from './vae/vae.ts';

interface Kind {
  title: string;
  /** What it is, for help. */
  about: string;
  options: ZodObject;
  /** Of its own options, those that are fixed. */
  fixed?: object;
  create(columns: readonly Column[], options: object): Synthesizer;
}

/** The models by the names that `train -m` takes. */
export const MODELS = {
  autoregressive: {
    title: 'Autoregressive',
    about: 'code after code, by maximum likelihood: the most faithful',
    options: AutoregressiveOptions,
    create: (columns, options) => new Autoregressive(columns, AutoregressiveOptions.parse(options)),
  },
  medgan: {
    title: 'MedGAN',
    about: 'autoencoder and GAN (Choi et al. 2017)',
    options: MedGanOptions,
    create: (columns, options) => new MedGan(columns, MedGanOptions.parse(options)),
  },
  medbgan: {
    title: 'medBGAN',
    about: 'MedGAN with a boundary-seeking generator (Baowaly et al. 2019)',
    options: MedGanOptions,
    fixed: { generatorLoss: 'boundary' },
    create: (columns, options) => new MedGan(columns, MedGanOptions.parse(options)),
  },
  medwgan: {
    title: 'medWGAN',
    about: 'MedGAN with a Wasserstein loss and gradient penalty (Baowaly et al. 2019)',
    options: WganOptions,
    fixed: { generatorLoss: 'wasserstein' },
    create: (columns, options) => new MedGan(columns, WganOptions.parse(options)),
  },
  'emr-wgan': {
    title: 'EMR-WGAN',
    about: 'codes for given demographics, without an autoencoder (Zhang et al. 2020)',
    options: WganOptions,
    fixed: { generatorLoss: 'wasserstein', layerNorm: true, conditional: true, pretrainEpochs: 0 },
    create: (columns, options) => new MedGan(columns, WganOptions.parse(options)),
  },
  vae: {
    title: 'VAE',
    about: 'variational autoencoder (Kingma and Welling 2014)',
    options: VaeOptions,
    create: (columns, options) => new Vae(columns, VaeOptions.parse(options)),
  },
  'chow-liu': {
    title: 'Chow–Liu tree',
    about: 'a baseline: each code given one other',
    options: ChowLiuOptions,
    create: (columns, options) => new ChowLiu(columns, ChowLiuOptions.parse(options)),
  },
  marginals: {
    title: 'Independent marginals',
    about: 'a baseline: each code for itself',
    options: ChowLiuOptions,
    fixed: { edges: false },
    create: (columns, options) => new ChowLiu(columns, ChowLiuOptions.parse(options)),
  },
} satisfies Record<string, Kind>;

export type ModelName = keyof typeof MODELS;
export const MODEL_NAMES = Object.keys(MODELS) as ModelName[];

/** The options of a model: what was given, and the defaults of the rest. @throws UnknownOptionError, BadOptionError */
export function optionsOf(name: ModelName, given: Record<string, unknown>): Record<string, unknown> {
  const { options, fixed, title }: Kind = MODELS[name];
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(set).find((key) => !(key in options.shape));
  if (unknown) throw new UnknownOptionError(title, unknown, Object.keys(options.shape));
  const { data, error } = options.safeParse({ ...set, ...fixed });
  if (error) throw new BadOptionError(String(error.issues[0].path[0]), error.issues[0].message);
  return data;
}

/** Options that were not given and have a default that depends on the number of rows to learn from: epochs, patience, batches of an autoencoder. */
export function scheduleOf(name: ModelName, options: object, rows: number, isPrivate = false): Record<string, unknown> {
  if (name === 'vae') return vaeSchedule(VaeOptions.parse(options), rows);
  if (MODELS[name].options === MedGanOptions) return ganSchedule(MedGanOptions.parse(options), rows);
  if (MODELS[name].options === WganOptions) return ganSchedule(WganOptions.parse(options), rows);
  if (name !== 'autoregressive') return {};
  const own = AutoregressiveOptions.parse(options);
  return scheduleFor(isPrivate ? { ...own, noiseMultiplier: 1 } : own, rows);
}

/** An untrained model. @param options as `optionsOf` gives them */
export function createModel(name: ModelName, columns: readonly Column[], options: object): Synthesizer {
  return MODELS[name].create(columns, options);
}

const LOADERS: Record<string, (folder: string) => Promise<Synthesizer>> = {
  'ehrsynth-medgan-1': MedGan.load,
  'ehrsynth-autoregressive-1': Autoregressive.load,
  'ehrsynth-vae-1': Vae.load,
  'ehrsynth-chow-liu-1': ChowLiu.load,
};

/** The model of a folder, whatever its kind. @throws UserError */
export async function loadModel(folder: string): Promise<Synthesizer> {
  const format = await formatOf(folder);
  // A folder of no known kind is refused by the loader, which finds another format.
  return (LOADERS[format] ?? MedGan.load)(folder);
}
