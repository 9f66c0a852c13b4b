import type { ModelName } from '@ehrsynth/models';
import type { PrivacyStatement } from './privacy-budget.ts';

/** What is known of a training when its network begins to learn. */
export interface TrainingBegun {
  model: ModelName;
  /** The model's name for people. */
  title: string;
  patients: number;
  /** Random rows among the patients. */
  canaries: number;
  /** Columns of codes. */
  codes: number;
  engine: { name: string; detail: string };
  /** Epochs of all phases; 0 for a model that has none, or decides about them when it has read the patients. */
  epochs: number;
  /** What a private training spends. */
  privacy?: PrivacyStatement;
}
