import type { Column } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import type { LeftOut } from '@ehrsynth/sequence';
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

export interface ContinueOptions {
  /** YYYY-MM-DD */
  asOf: string;
  /** Futures of each record. */
  futures: number;
  seed: number;
  /** The column of an event; undefined where it has none. */
  columnOf: (event: CodedEvent) => number | undefined;
  signal?: AbortSignal;
}

/** One future of a record. */
export interface Future {
  /** The record that was given. */
  history: PatientRecord;
  /** From 1. */
  number: number;
  /** With the history's id and the number: `a` has `a-1`, `a-2`, … */
  record: PatientRecord;
}

/** How likely a model finds records, one number of each. */
export interface RecordLikelihoods {
  /** Log likelihood, in nats. */
  nats: Float64Array;
  /** Tokens that the record is written in. */
  tokens: Float64Array;
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
   * So many futures of each record from a day on: what stands in it up to and with that day is kept as it is, what follows is drawn, and what
   * it has after that day is not looked at. They come history by history, in the order of the records; those of a record depend on the seed
   * and on it alone, whoever else is continued. None where the model cannot go on with it: nothing was there up to that day, or the patient
   * had died.
   */
  continue(records: AsyncIterable<PatientRecord>, options: ContinueOptions): AsyncGenerator<Future>;
  /** How likely each record is. @param columnOf the column of an event of theirs; undefined where it has none */
  logLikelihood(
    records: AsyncIterable<PatientRecord>,
    columnOf: (event: CodedEvent) => number | undefined,
  ): Promise<RecordLikelihoods>;
  /** What of the training records the model cannot say; undefined where it is not known, or would say something of the patients. */
  readonly leftOut?: LeftOut;
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
