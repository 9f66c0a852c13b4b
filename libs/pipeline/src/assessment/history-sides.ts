import { Dictionary, HistoriesBuilder, type Histories } from '@ehrsynth/histories';

/** The records of a comparison as histories that share one dictionary. */
export type HistorySides = Record<'training' | 'holdout' | 'synthetic', Histories>;

/** Gathers records of a cohort, and of what is compared with it, as they are read anyway. */
export class HistoryCollector {
  private readonly dictionary = new Dictionary();
  readonly train = new HistoriesBuilder(this.dictionary);
  readonly holdout = new HistoriesBuilder(this.dictionary);
  private real?: Pick<HistorySides, 'training' | 'holdout'>;

  /** For the synthetic records; those of another format are others. */
  synthetic(): HistoriesBuilder {
    return new HistoriesBuilder(this.dictionary);
  }

  /** When all have been read. @param order the places of the synthetic records in the order that they are compared in */
  sides(synthetic: HistoriesBuilder, order: ArrayLike<number>): HistorySides {
    this.real ??= { training: this.train.build(), holdout: this.holdout.build() };
    return { ...this.real, synthetic: synthetic.build().pick(order) };
  }
}
