import { ENGINE_NAMES } from '@ehrsynth/engine';
import { isPluginPath, MODEL_NAMES, pluginOf } from '@ehrsynth/models';
import { z } from 'zod';
import { PUBLIC_PARTS } from './public-parts.ts';

export const engineName = z.enum(['auto', ...ENGINE_NAMES]);
export const modelName = z.union([
  z.enum(MODEL_NAMES),
  /** Of a plug-in's module: ./my-model.js */
  z.string().refine(isPluginPath, `one of ${MODEL_NAMES.join(', ')}, or the path of a plug-in, such as ./my-model.js`),
]);
/** For run.json: which file a model's plug-in is. */
export function pluginFile(model: string): { plugin?: { name: string; file: string; sha256: string } } {
  const plugin = pluginOf(model);
  if (!plugin) return {};
  const { name, file, sha256 } = plugin;
  return { plugin: { name, file, sha256 } };
}
export const seedNumber = z.number().int().min(0);

export const TrainOptions = z.strictObject({
  /** The model's folder. */
  out: z.string().min(1),
  /** By name, or the one that suits the cohort. @see defaultModel */
  model: z.union([z.literal('auto'), modelName]).default('auto'),
  /** Options of the model by name, those that are not its defaults: { epochs: 5, hidden: 128 }. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** The same seed, cohort and engine give the same model; in a private training it decides the initial weights alone. */
  seed: seedNumber.default(1),
  engine: engineName.default('auto'),
  /** Goes on from the checkpoint of a training for the same output. */
  resume: z.boolean().default(false),
  /** Minutes between two checkpoints. */
  checkpointEvery: z.number().positive().default(5),
  /** Random rows among the patients, to measure what the model remembers; and how often each stands there. */
  canaries: z.number().int().min(0).default(0),
  canaryRepeats: z.number().int().min(1).default(1),
  /** Differential privacy by DP-SGD: ε for each patient, δ well below one in their number, the norm of a gradient. */
  dpEpsilon: z.number().positive().optional(),
  dpDelta: z.number().min(0).lt(1).optional(),
  dpClip: z.number().positive().optional(),
  /** What is declared public, since the budget does not cover it. */
  dpPublic: z.array(z.enum(PUBLIC_PARTS)).optional(),
  /** Replaces the folder where a training wrote it. */
  force: z.boolean().default(false),
});
export type TrainOptions = z.input<typeof TrainOptions>;
