export { checkpointFolderFor, hasCheckpoint } from './checkpoint.ts';
export type { Synthesizer, TrainingEvent, FitControl, SampledRow, SampleOptions } from './synthesizer.ts';
export { MIN_PATIENTS } from './synthesizer.ts';
export { shardRows } from './sample-blocks.ts';
export { createModel, loadModel, MODEL_NAMES, type ModelName, MODELS, optionsOf, scheduleOf } from './registry.ts';
export {
  isReached,
  type Margin,
  planShape,
  reshaped,
  type Shape,
  type PlanOptions,
  type ShapePlan,
} from './reshape.ts';
export { BadOptionError, flagOf, UnknownOptionError } from './errors.ts';
export { Autoregressive } from './autoregressive/autoregressive.ts';
export { AutoregressiveOptions, UNUSED_IN_PRIVATE } from './autoregressive/options.ts';
export { type GradientCanaries, trainWithGradientCanaries } from './autoregressive/private-audit.ts';
export { CLIP_UNITS } from './autoregressive/private-gradients.ts';
export { privateSteps } from './autoregressive/private-train.ts';
export { MedGan } from './medgan/medgan.ts';
export { MedGanOptions } from './medgan/options.ts';
