export { type PipelineEvent, type Running, untilStopped, Work } from './run/events.ts';
export { checkedOptions } from './run/options.ts';
export {
  checkpointFolderOf,
  fileOf,
  filesByNumber,
  filesOf,
  intoRunFolder,
  LEDGER_FILE,
  readRun,
  RUN_FILE,
  RunFile,
  type RunRecord,
} from './run/run-folder.ts';
export { type Listing, listingOf, notListed } from './run/listing.ts';
export { checkOrigin, folderOf, inputsFrom, provenRun, type ProvenRun } from './run/provenance.ts';
export { assertReplaceable } from './run/replaceable.ts';
export { linkTo, withoutPlaces } from './run/run-privacy.ts';
export { parseJson, readJson, readJsonIfAny } from './run/json-file.ts';
export * from './assessment/errors.ts';
export * from './cohort/errors.ts';
export * from './errors.ts';
export * from './generation/errors.ts';
export * from './training/errors.ts';

export { ingest, type Ingested } from './cohort/ingest.ts';
export type { IngestOptions } from './cohort/making.ts';
export {
  type CohortCounts,
  CohortWriter,
  readEncoding,
  type CohortOptions,
  type Part,
} from './cohort/cohort-writer.ts';
export { readRecords, RecordsWriter } from './cohort/records-file.ts';
export { recordSource, type RecordSource, USUAL_KINDS } from './cohort/record-source.ts';
export { DRUG_RESOURCES, type Fetched, fhirSource, FhirSourceOptions } from './cohort/fhir-source.ts';
export { FHIR_PRESET_NAMES, FHIR_PRESETS, type FhirPreset, presetFor } from './cohort/fhir-presets.ts';
export { AnyOptions, type AnyRecords, anySource, readAnyRecords } from './cohort/any-records.ts';
export { medsSource, MedsSourceOptions } from './cohort/meds-source.ts';
export { omopSource, OmopSourceOptions } from './cohort/omop-source.ts';
export { frameSource, type FrameSourceOptions } from './cohort/frame-source.ts';

export { train, type Trained } from './training/train.ts';
export { TrainOptions } from './training/train-options.ts';
export type { TrainingBegun } from './training/begun.ts';
export type { DrawnPatients } from './training/drawn-patients.ts';
export { TRAINING } from './training/fit.ts';
export {
  type BudgetOptions,
  budgetOf,
  PrivacyStatement,
  privacyOf,
  type BudgetedTraining,
} from './training/privacy-budget.ts';
export { PUBLIC_PARTS } from './training/public-parts.ts';
export { leftOutLines } from './training/left-out.ts';
export { type CanaryReport, canariesOf } from './training/canaries.ts';
export { readTrainingLog, TrainingLog } from './training/training-log.ts';

export { runSite, type RunningSite, SiteOptions } from './federation/run-site.ts';
export type { SiteEvent } from './federation/local-site.ts';
export { trainOn, TrainOnOptions } from './cluster/train-on.ts';
export { trainFederated } from './federation/train-federated.ts';
export { type SharedOptions, trainShared } from './federation/train-shared.ts';

export { generate, type Generated, type GenerateOptions } from './generation/generate.ts';
export { type Continued, ContinueOptions, continueRecords, futureId } from './generation/continue.ts';
export { merge, MergeOptions } from './generation/merge.ts';
export { type Draw, type Generation, openGeneration, type RecordGeneration } from './generation/generation.ts';
export { shapedPatients, type ShapeReport, type Wanted } from './generation/shaped-patients.ts';
export { type AskedShape, shapeOf, type ShapeOptions } from './generation/shape-options.ts';

export { fhirOnSpark, type FhirOnSparkOptions } from './cluster/fhir-on-spark.ts';
export { CLUSTER_OPTIONS, type ClusterOptions, openExecutors, withExecutors } from './cluster/cluster.ts';
export { generateOn, type GenerateOnOptions, type Receipt } from './cluster/generate-on.ts';
export { type Format, FORMATS } from './cluster/generate-task.ts';
export * from './cluster/errors.ts';

export { evaluate, type Evaluated, type EvaluateOptions } from './assessment/evaluate.ts';
export {
  type EvaluatedForecasts,
  evaluateForecasts,
  type EvaluateForecastsOptions,
} from './assessment/evaluate-forecasts.ts';
export { measureForecasts } from './assessment/measure-forecasts.ts';
export { evaluateSynthetic, EvaluateSyntheticOptions } from './assessment/evaluate-synthetic.ts';
export { evaluateRecords, EvaluateRecordsOptions, type RecordsToJudge } from './assessment/evaluate-records.ts';
export { type Assessment, assess, type AssessmentInput } from './assessment/assess.ts';
export { measureRecords, type RecordsInput } from './assessment/measure-records.ts';
export { encodeRecords, encoderOf, type Written } from './assessment/written-records.ts';
export { readPolicy } from './assessment/policy-file.ts';
export { writeReport } from './assessment/report-files.ts';

export { compare, type Compared, type CompareOptions } from './comparison/compare.ts';
export { isTrainingOfComparison } from './comparison/enter.ts';
export { bestOf, type Entrant, type FigureName, FIGURES, labelOf } from './comparison/entrant.ts';
export { flagsOf, type Grid, type Settings, trialsOf } from './comparison/settings-grid.ts';

export { release, type Released } from './release/release.ts';
export { ReleaseOptions } from './release/release-options.ts';
export { RELEASE_FORMATS, type ReleaseFormat, recordsOf } from './release/formats.ts';
export { type MeasuredRelease, measureRelease, type OtherFormat } from './release/measure-release.ts';
export { writeRelease } from './release/release-data.ts';
export { inTheWay, rareLines } from './release/refusal.ts';
export { type ReleaseChain, releaseChain } from './release/release-provenance.ts';

export { type CsvOptions, writeCsv } from './export/csv-export.ts';
export { readCsv } from './export/csv-records.ts';
export { athenaFile } from './export/athena-file.ts';
export { omopCounts } from './export/omop-counts.ts';
export { exportCsv, type ExportCsvOptions } from './export/export-csv.ts';
export { exportFhir, type ExportedFhir, type ExportFhirOptions } from './export/export-fhir.ts';
export { exportMeds, type ExportMedsOptions } from './export/export-meds.ts';
export { exportOmop, type ExportOmopOptions } from './export/export-omop.ts';
export { type SyntheticRecords, syntheticRecords } from './export/synthetic-records.ts';

export { addEngine, type AddedAndChecked, AddEngineOptions } from './engine/add-engine.ts';

export { bundle, type Bundled, type BundleOptions } from './bundle/bundle.ts';
export { ARCHITECTURES, type Architecture } from './bundle/bundled-node.ts';
export * from './bundle/errors.ts';

export { demoSteps, type DemoOptions, type DemoStep } from './demo/steps.ts';
export { demoOutcome, type DemoOutcome } from './demo/outcome.ts';

export { simulate, type Simulated, type SimulateOptions } from './simulation/simulate.ts';
export { type OptionValue, readStudy, type Study, type StudyOptions } from './study/study-file.ts';
export { checkPlaces, stepLabel, stepsOf, type StudyStep } from './study/study-steps.ts';
export { type HowToRun, runStudy, type StudyRun } from './study/run-study.ts';
export { type Look, lookAtSource } from './study/look-at-source.ts';
export { studyText } from './study/study-text.ts';
export { studyOfRun } from './study/study-of-run.ts';
export { NoSourceError, NoSuchStepError, OutInSourceError, StudyFileError } from './study/errors.ts';
export type { Futures } from './assessment/futures.ts';
export type { HistorySides } from './assessment/history-sides.ts';
export type { PossibleAges } from './assessment/possible-ages.ts';
export type { Blocking } from './run/blocking.ts';
export type { DrawnRecords } from './generation/drawn-records.ts';
