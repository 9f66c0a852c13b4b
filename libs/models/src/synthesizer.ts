import type { CodeMatrix, Column } from '@ehrsynth/matrix';

/** What a training run tells as it goes; once an epoch. */
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
  /** How the sampled prevalence of the codes stands to the real one: Pearson r, root mean squared error, and its sum. */
  prevalence?: { r: number; rmse: number; codesPerPatient: { real: number; sampled: number } };
}

export interface FitControl {
  onEvent?: (event: TrainingEvent) => void;
  /** Stops after the epoch under way; the checkpoint is written. */
  signal?: AbortSignal;
  /** Where checkpoints go. */
  checkpointFolder?: string;
  /** Continue from the checkpoint there. */
  resume?: boolean;
}

export interface SampleOptions {
  seed: number;
  onProgress?: (rows: number) => void;
}

/** A generative model of CodeMatrix rows. */
export interface Synthesizer {
  /** Trains; false where it was stopped before the end. */
  fit(matrix: CodeMatrix, control?: FitControl): Promise<boolean>;
  /** So many new rows. The same seed on the same engine gives the same rows. */
  sample(rows: number, options: SampleOptions): Promise<CodeMatrix>;
  save(folder: string): Promise<void>;
  readonly columns: readonly Column[];
}
