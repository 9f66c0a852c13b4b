import type { Tally } from '@ehrsynth/records';
import type { Part } from './cohort-writer.ts';

/** Splits of MEDS, and what others call them. What a model is tuned on, it has seen. */
const PARTS: Record<string, Part> = {
  train: 'train',
  training: 'train',
  tuning: 'train',
  validation: 'train',
  dev: 'train',
  held_out: 'holdout',
  test: 'holdout',
};

/** The part of a cohort that each subject of a MEDS dataset goes to by its split; how many of each split is among the tally's notes. */
export class KeptSplits {
  private current: { id: string; part: Part | undefined } | undefined;

  constructor(private readonly tally: Tally) {}

  /** A subject that is read next. */
  next(id: string, split: string | undefined): void {
    const part = split === undefined ? undefined : PARTS[split.toLowerCase().replace(/[\s-]/g, '_')];
    this.current = { id, part };
    const of = split === undefined ? 'subjects without a split' : `subjects of the split ${split}`;
    const becomes = { train: 'trained on', holdout: 'held out' };
    const what = `${of}: ${part ? becomes[part] : 'split by the seed'}`;
    this.tally.notes.set(what, (this.tally.notes.get(what) ?? 0) + 1);
  }

  /** Undefined where the split says nothing of it. */
  partOf(id: string): Part | undefined {
    return this.current?.id === id ? this.current.part : undefined;
  }
}
