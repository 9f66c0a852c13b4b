import { type Histories, HistoriesBuilder } from '@ehrsynth/histories';
import { type CodeMatrix, type Encoding, MatrixBuilder } from '@ehrsynth/matrix';
import {
  createModel,
  createPatientModel,
  type FitControl,
  type ModelName,
  type RecordModelName,
  type RowModelName,
  takesRecords,
} from '@ehrsynth/models';
import { DrawnRecords } from '../generation/drawn-records.ts';
import { patientsOf } from '../training/patient-source.ts';
import { decodedHistories, type RealHistories } from './entrant-histories.ts';

/** What the models of a comparison learn from. */
export interface EntryCohort {
  cohort: string;
  encoding: Encoding;
  /** Training patients of the cohort, all or some of them. */
  training: CodeMatrix;
  /** Undefined where records over time are not to be measured. */
  histories?: RealHistories;
}

/** A model of a comparison, whether it learns from rows or from records. */
export interface EntrantModel {
  fit(control: FitControl): Promise<boolean>;
  /** Rows of patients as the model draws them, and their records as histories, where those are to be measured. */
  draw(patients: number, seed: number): Promise<{ rows: CodeMatrix; histories?: () => Promise<Histories> }>;
  dispose(): void;
}

/** An untrained model. @param options as `optionsOf` gives them */
export function entrantModel(name: ModelName, options: object, from: EntryCohort): EntrantModel {
  return takesRecords(name) ? ofRecords(name, options, from) : ofRows(name, options, from);
}

function ofRows(name: RowModelName, options: object, { training, histories }: EntryCohort): EntrantModel {
  const model = createModel(name, training.columns, options);
  return {
    fit: (control) => model.fit(training, control),
    draw: async (patients, seed) => {
      const builder = new MatrixBuilder(model.columns);
      for await (const { row, entries } of model.sample(patients, { seed })) builder.addEntries(String(row), entries);
      const rows = builder.build();
      return { rows, ...(histories && { histories: () => decodedHistories(histories, rows, model, seed) }) };
    },
    dispose: () => model.dispose(),
  };
}

function ofRecords(
  name: RecordModelName,
  options: object,
  { cohort, encoding, training, histories }: EntryCohort,
): EntrantModel {
  const model = createPatientModel(name, training.columns, options);
  const wanted = new Set(training.ids);
  const source = patientsOf(cohort, training, encoding, (id) => wanted.has(id));
  const writer = new DrawnRecords(training.columns, encoding);
  return {
    fit: (control) => model.fit(source, control),
    draw: async (patients, seed) => {
      const rows = new MatrixBuilder(training.columns);
      const drawn = histories && new HistoriesBuilder(histories.holdout.dictionary);
      for await (const { row, record } of model.sample(patients, { seed })) {
        const written = writer.written(record);
        rows.addEntries(String(row), written.entries);
        drawn?.add(written.record);
      }
      return { rows: rows.build(), ...(drawn && { histories: async () => drawn.build() }) };
    },
    dispose: () => model.dispose(),
  };
}
