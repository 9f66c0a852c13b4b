export type { Synthesizer, TrainingEvent, FitControl, SampledRow, SampleOptions } from './synthesizer.ts';
export { createModel, loadModel, MODEL_NAMES, type ModelName, MODELS, optionsOf } from './registry.ts';
export { type Margin, planShape, reshaped, type Shape, type ShapePlan } from './reshape.ts';
export { BadOptionError, flagOf, UnknownOptionError } from './errors.ts';
export { Autoregressive } from './autoregressive/autoregressive.ts';
export { AutoregressiveOptions } from './autoregressive/options.ts';
export { privateSteps } from './autoregressive/private-train.ts';
export { MedGan } from './medgan/medgan.ts';
export { MedGanOptions } from './medgan/options.ts';
