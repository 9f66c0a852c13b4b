export { CHECKPOINT_EVERY_MS, checkpointFolderFor, hasCheckpoint } from './checkpoint.ts';
export type { Synthesizer, TrainingEvent, FitControl, SampledRow, SampleOptions, Probe } from './synthesizer.ts';
export { MIN_PATIENTS } from './synthesizer.ts';
export type { LeftOut } from '@ehrsynth/sequence';
export { shardRows } from './sample-blocks.ts';
export {
  type ContinueOptions,
  type Future,
  type PatientModel,
  type PatientSource,
  type RecordLikelihoods,
  type SampledPatient,
} from './patient-model.ts';
export type { PrivateCounts, PrivateSteps, PrivateTraining, PrivateTally } from './private/private-steps.ts';
export {
  createModel,
  createPatientModel,
  DEFAULT_MODEL,
  DEFAULT_ROW_MODEL,
  isSlow,
  loadAnyModel,
  loadModel,
  MODEL_NAMES,
  type ModelName,
  MODELS,
  optionNamesOf,
  optionsOf,
  privateTrainingOf,
  type RecordModelName,
  type RowModelName,
  scheduleOf,
  takesRecords,
  titleOf,
  whyNotPrivate,
  type Models,
} from './registry.ts';
export {
  isReached,
  type Draws,
  type Margin,
  planShape,
  reshaped,
  chanceOf,
  type Shape,
  type PlanOptions,
  type ShapePlan,
  type ShapeWeights,
} from './reshape.ts';
export { BadOptionError, flagOf, UnknownOptionError } from './errors.ts';
export { Autoregressive } from './autoregressive/autoregressive.ts';
export { AutoregressiveOptions, privateSteps } from './autoregressive/options.ts';
export { type GradientCanaries, trainWithGradientCanaries } from './autoregressive/private-audit.ts';
export { attackLives, type LifeAttacks } from './visits/private-audit.ts';
export { VisitsOptions, type SizedOptions } from './visits/options.ts';
export { CLIP_UNITS } from './private/clipped-sums.ts';
export { MedGan } from './medgan/medgan.ts';
export { MedGanOptions, type Schedule } from './medgan/options.ts';
export type { ChowLiu } from './baselines/chow-liu.ts';
export type { SeqGan } from './seqgan/seqgan.ts';
export type { Vae } from './vae/vae.ts';
export type { Visits, Lives } from './visits/visits.ts';
export type { Likelihood, Step } from './likelihood.ts';
export type { Tally } from './visits/context-tally.ts';
export { isPluginPath, loadPlugin, loadPluginFor, type PluginName, pluginOf } from './plugin/load-plugin.ts';
export type {
  ModelPlugin,
  PluginControl,
  PluginModel,
  PluginRecord,
  PluginRecordSource,
  PluginRow,
  PluginSetting,
  PluginSource,
  RecordPlugin,
  RowPlugin,
} from './plugin/contract.ts';
export {
  Course,
  type SharedKind,
  type SharedPhase,
  type SharedTraining,
  type SiteCounts,
  type SitePart,
  type SitePatients,
  type Surveyed,
} from './shared/kind.ts';
export {
  firstState,
  type LocalRounds,
  type RoundResult,
  type RoundState,
  type Stretch,
} from './shared/local-rounds.ts';
export { assignNumbers, type Numbers, numbersIn } from './shared/numbers.ts';
export { SHARED_MODEL_NAMES, sharedKindOf, type SharedModelName } from './shared/shared-kinds.ts';
