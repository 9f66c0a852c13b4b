import { saveTimeline } from '@ehrsynth/decode';
import type { CodeMatrix, Encoding, RowSource } from '@ehrsynth/matrix';
import {
  createModel,
  createPatientModel,
  type FitControl,
  type LeftOut,
  type ModelName,
  type RecordModelName,
  type RowModelName,
  takesRecords,
} from '@ehrsynth/models';
import { keepEncoding } from '../cohort/cohort-writer.ts';
import type { Running } from '../run/events.ts';
import { type CanaryPart, type CanaryPlan, type CanaryReport, reportCanaries } from './canaries.ts';
import { CanaryRecords } from './canary-records.ts';
import { timelineOf } from './learn-timeline.ts';
import { patientsOf } from './patient-source.ts';

/** A model that is to be trained on a cohort, whether it learns from rows or from records. */
export interface Learner {
  /** Writes what else `generate` needs of the cohort into the model's folder. */
  prepare(folder: string, running: Running): Promise<void>;
  /** Makes the network: the engine has been started by now. */
  begin(settings: object): Learning;
}

/** A model in training. */
export interface Learning {
  /** Trains; false where it was stopped before the end. */
  fit(control: FitControl): Promise<boolean>;
  save(folder: string): Promise<void>;
  /** What it remembers of canaries. */
  remembered(plan: CanaryPlan, folder: string): Promise<CanaryReport>;
  /** What of the patients' records it cannot say; undefined of a model of rows, and where it would say something of the patients. */
  leftOut?(): LeftOut | undefined;
}

/** What a training learns from. */
export interface Lesson {
  cohort: string;
  /** The cohort's training patients. */
  patients: RowSource;
  /** The same with canaries among them. */
  rows: RowSource;
  encoding: Encoding;
  /** The canaries that are planted, if any. */
  plan: CanaryPlan | undefined;
  isPrivate: boolean;
}

export function learnerOf(name: ModelName, lesson: Lesson): Learner {
  return takesRecords(name) ? recordLearner(name, lesson) : rowLearner(name, lesson);
}

function rowLearner(name: RowModelName, { cohort, patients, rows, encoding }: Lesson): Learner {
  return {
    prepare: async (folder, running) => saveTimeline(folder, await timelineOf(cohort, patients, encoding, running)),
    begin: (settings) => {
      const model = createModel(name, rows.columns, settings);
      return {
        fit: (control) => model.fit(rows, control),
        save: (folder) => model.save(folder),
        remembered: (plan, folder) =>
          reportCanaries(rows.columns, (own) => model.reconstructionError(own), plan, folder),
      };
    },
  };
}

function recordLearner(name: RecordModelName, { cohort, patients, encoding, plan, isPrivate }: Lesson): Learner {
  let source = patientsOf(cohort, patients, encoding);
  let canaries: CanaryRecords | undefined;
  return {
    prepare: async (folder) => {
      await keepEncoding(folder, encoding);
      if (!plan) return;
      canaries = await CanaryRecords.of(source, plan, isPrivate);
      source = canaries.planted();
    },
    begin: (settings) => {
      const model = createPatientModel(name, source.columns, settings);
      const errorsOf = async (rows: CodeMatrix, part: CanaryPart) => {
        const { nats } = await model.logLikelihood(each(canaries!.recordsOf(rows, part)), source.columnOf);
        return nats.map((own) => -own);
      };
      return {
        fit: (control) => model.fit(source, control),
        save: (folder) => model.save(folder),
        remembered: (own, folder) => reportCanaries(source.columns, errorsOf, own, folder),
        leftOut: () => model.leftOut,
      };
    },
  };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
