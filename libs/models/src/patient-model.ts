import type { Column } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { NothingToLearnError } from './errors.ts';
import type { FitControl, SampleOptions } from './synthesizer.ts';

/** Patients to learn from. */
export interface PatientSource {
  /** How many there are. */
  readonly patients: number;
  /** Columns of the cohort: demographics and codes. A code that has no column is not learned. */
  readonly columns: readonly Column[];
  /** The column of an event; undefined where the cohort has none for it. */
  columnOf(event: CodedEvent): number | undefined;
  /**
   * Their records, from the first on, each time that it is called. A signal that ends the training does not end the reading: who reads
   * looks at it.
   */
  records(): AsyncIterable<PatientRecord>;
}

/** One generated patient. */
export interface SampledPatient {
  /** Its number in the whole run, from 0. */
  row: number;
  /** With an id that follows from the seed and the row. */
  record: PatientRecord;
}

/**
 * A generative model of whole records: demographics, visits, codes and their values, to the end of the record or death. The code of a drawn
 * event is that of its column, so that an encoder of the same columns gives the record's matrix row.
 */
export interface PatientModel {
  /** What distinguishes it from a Synthesizer, which has no such property. */
  readonly takes: 'records';
  /** Trains; false where it was stopped before the end. @throws NothingToLearnError where there are no patients, or no codes */
  fit(source: PatientSource, control?: FitControl): Promise<boolean>;
  /**
   * So many new patients, one after another. The same seed on the same engine gives the same patients, whatever the range, and the first
   * patients of a longer run are those of a shorter one.
   */
  sample(patients: number, options: SampleOptions): AsyncGenerator<SampledPatient>;
  /**
   * So many futures of a record from a day on: what stands in it up to and with that day is kept as it is, what follows is drawn, and what it
   * has after that day is not looked at.
   * None where the model cannot go on with it: nothing was there up to that day, or the patient had died.
   * @param asOf YYYY-MM-DD
   */
  continue(
    record: PatientRecord,
    asOf: string,
    futures: number,
    options: { seed: number; columnOf: (event: CodedEvent) => number | undefined },
  ): Promise<PatientRecord[]>;
  /** Log likelihood of each record, in nats. @param columnOf the column of an event of theirs; undefined where it has none */
  logLikelihood(
    records: AsyncIterable<PatientRecord>,
    columnOf: (event: CodedEvent) => number | undefined,
  ): Promise<Float64Array>;
  save(folder: string): Promise<void>;
  readonly columns: readonly Column[];
  /** Whether the engine computes what is drawn; if not, the same patients come whatever the engine. */
  readonly drawsOnEngine: boolean;
  dispose(): void;
}

/** @throws NothingToLearnError where there are no patients, or they can hold no code */
export function refuseNothing({ patients, columns }: Pick<PatientSource, 'patients' | 'columns'>): void {
  if (patients === 0) throw new NothingToLearnError('rows');
  if (columns.every(({ kind }) => kind === 'demographic')) throw new NothingToLearnError('columns of codes');
}
