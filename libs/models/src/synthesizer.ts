import { CodeMatrix, type Column, type RowSource, rowsInMemory } from '@ehrsynth/matrix';
import { NothingToLearnError } from './errors.ts';

/** What a training run reports, once an epoch. */
export interface TrainingEvent {
  phase: string;
  epoch: number;
  epochs: number;
  /** Epochs done of all phases together, and how many there will be. */
  done: number;
  total: number;
  losses: Record<string, number>;
  /** 0 where it means nothing. */
  rowsPerSecond: number;
  /** How the generated rows stand to the real ones, now and then. */
  probe?: Probe;
  /** What looks wrong, and what to do about it. */
  warnings?: string[];
  /** Whether these are the best weights so far; where the best are kept. */
  best?: boolean;
  /** Whether the training ended while its loss on patients set aside was still falling: more epochs would help. */
  stillFalling?: boolean;
}

/** 1,000 generated rows beside real ones. */
export interface Probe {
  /** Dimension-wise prevalence: Pearson r and root mean squared error. */
  r: number;
  rmse: number;
  codesPerPatient: { real: number; sampled: number };
  /** Share of distinct rows. */
  distinctRows: { real: number; sampled: number };
  /** Share of real and generated rows that the discriminator recognizes as such. */
  discriminatorAccuracy: number;
  /** Prevalence RMSE plus the mean absolute difference of the commonest codes' correlations; smaller is better. */
  score: number;
}

/** Fewest patients that anything kept of them rests on, where nobody says. */
export const MIN_PATIENTS = 10;

export interface FitControl {
  /**
   * k: what the model keeps besides weights (tables, largest counts, calibrated prevalence) rests on at least so many patients;
   * MIN_PATIENTS by default.
   */
  minPatients?: number;
  onEvent?: (event: TrainingEvent) => void;
  /** Several times a second: epochs done of all phases together, with their fraction. */
  onProgress?: (done: number) => void;
  /** Stops at the next step; the checkpoint is written. */
  signal?: AbortSignal;
  /** Where checkpoints go. */
  checkpointFolder?: string;
  checkpointEveryMs?: number;
  /** Continue from the checkpoint there. */
  resume?: boolean;
}

export interface SampleOptions {
  seed: number;
  /** Of the whole run only the rows [first, end). */
  range?: readonly [first: number, end: number];
  onProgress?: (rows: number) => void;
  /** Ends the drawing: the generator then throws the signal's reason. */
  signal?: AbortSignal;
}

/** One generated row. */
export interface SampledRow {
  /** Its number in the whole run, from 0. */
  row: number;
  /** Columns ascending, and their counts. */
  entries: [column: number, count: number][];
}

/** A generative model of CodeMatrix rows. */
export interface Synthesizer {
  /** Trains; false where it was stopped before the end. */
  fit(source: CodeMatrix | RowSource, control?: FitControl): Promise<boolean>;
  /**
   * So many new rows, one after another. The same seed on the same engine gives the same rows, whatever the range, and the
   * first rows of a longer run are those of a shorter one.
   */
  sample(rows: number, options: SampleOptions): AsyncGenerator<SampledRow>;
  /** How far the model, as `fit` left it, is from giving back each row: what it remembers of single rows shows in it. */
  reconstructionError(matrix: CodeMatrix): Promise<Float64Array>;
  save(folder: string): Promise<void>;
  readonly columns: readonly Column[];
  /** Whether a row's counts are of the model, or 1 for each code that is there. */
  readonly counts: 'modelled' | 'ones';
  /** Whether the engine computes what is drawn; if not, the same rows come whatever the engine. */
  readonly drawsOnEngine: boolean;
  dispose(): void;
}

/** The rows that a model is to learn from. @throws NothingToLearnError where there are none, or they can hold no code */
export function rowsToLearn(source: CodeMatrix | RowSource): RowSource {
  const rows = source instanceof CodeMatrix ? rowsInMemory(source) : source;
  if (rows.rows === 0) throw new NothingToLearnError('rows');
  if (rows.firstCode === rows.columns.length) throw new NothingToLearnError('columns of codes');
  return rows;
}
