import { saveTimeline } from '@ehrsynth/decode';
import type { Encoding, RowSource } from '@ehrsynth/matrix';
import {
  createModel,
  createPatientModel,
  type FitControl,
  type ModelName,
  type RecordModelName,
  type RowModelName,
  takesRecords,
} from '@ehrsynth/models';
import { keepEncoding } from '../cohort/cohort-writer.ts';
import { IncompleteOptionsError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { type CanaryPlan, type CanaryReport, reportCanaries } from './canaries.ts';
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
  remembered?(plan: CanaryPlan, folder: string): Promise<CanaryReport>;
}

/** What a training learns from. */
export interface Lesson {
  cohort: string;
  /** The cohort's training patients. */
  patients: RowSource;
  /** The same with canaries among them. */
  rows: RowSource;
  encoding: Encoding;
}

export function learnerOf(name: ModelName, lesson: Lesson): Learner {
  return takesRecords(name) ? recordLearner(name, lesson) : rowLearner(name, lesson);
}

/** @throws IncompleteOptionsError where canaries are asked for of a model that has no place for them */
export function refuseCanaries(name: ModelName, canaries: number): void {
  if (canaries > 0 && takesRecords(name))
    throw new IncompleteOptionsError(
      `--canaries are rows: they go with models of rows, and not with -m ${name}, which learns from whole records`,
    );
}

function rowLearner(name: RowModelName, { cohort, patients, rows, encoding }: Lesson): Learner {
  return {
    prepare: async (folder, running) => saveTimeline(folder, await timelineOf(cohort, patients, encoding, running)),
    begin: (settings) => {
      const model = createModel(name, rows.columns, settings);
      return {
        fit: (control) => model.fit(rows, control),
        save: (folder) => model.save(folder),
        remembered: (plan, folder) => reportCanaries(model, plan, folder),
      };
    },
  };
}

function recordLearner(name: RecordModelName, { cohort, patients, encoding }: Lesson): Learner {
  return {
    prepare: (folder) => keepEncoding(folder, encoding),
    begin: (settings) => {
      const model = createPatientModel(name, patients.columns, settings);
      return {
        fit: (control) => model.fit(patientsOf(cohort, patients, encoding), control),
        save: (folder) => model.save(folder),
      };
    },
  };
}
