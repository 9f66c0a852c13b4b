export type { Synthesizer, TrainingEvent, FitControl, SampledRow, SampleOptions } from './synthesizer.ts';
export { MedGan } from './medgan/medgan.ts';
export { MedGanOptions } from './medgan/options.ts';
