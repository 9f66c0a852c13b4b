import { limitsOf } from '@ehrsynth/decode';
import { compare as compareRows } from '@ehrsynth/evaluation';
import type { CodeMatrix } from '@ehrsynth/matrix';
import { type ModelName, titleOf } from '@ehrsynth/models';
import { audit } from '@ehrsynth/privacy';
import { meanOf } from '@ehrsynth/statistics';
import type { Settings } from './settings-grid.ts';

/** Figures by name, with the digits that they are shown by, and where a better model has them. */
export const FIGURES = [
  ['prevalence r', 4, 'higher'],
  ['prevalence RMSE', 4, 'lower'],
  ['KS distance', 4, 'lower'],
  ['φ difference', 4, 'lower'],
  ['boosted trees AUC', 3, 'near 0.5'],
  ['prediction AUC lost', 3, 'lower'],
  ['outcome AUC', 3, 'higher'],
  ['codes never generated', 0, 'lower'],
  ['impossible rows %', 2, 'lower'],
  ['membership AUC', 3, 'near 0.5'],
  ['density AUC', 3, 'near 0.5'],
  ['privacy loss', 3, 'near 0'],
  ['sequential bigram R2', 3, 'higher'],
  ['visit bigram R2', 3, 'higher'],
  ['span KS', 3, 'lower'],
  ['history trees AUC', 3, 'near 0.5'],
] as const;
export type FigureName = (typeof FIGURES)[number][0];

/**
 * What one training of a model came to, on rows as it draws them: nothing is repaired before it is measured. Figures of histories are of
 * the records that a model of records draws, or of records that were decoded from the rows.
 */
export interface Entrant {
  model: ModelName;
  seed: number;
  /** Where settings were searched, those of this one. */
  settings?: Settings;
  trainSeconds: number;
  generateSeconds: number;
  /** A figure that these rows cannot give is left out. */
  figures: Partial<Record<FigureName, number>>;
  /** The same of training rows against held-out ones, where there is such a thing. */
  floors: Partial<Record<FigureName, number>>;
}

/** The model and its settings, for people. */
export function labelOf({ model, settings }: Pick<Entrant, 'model' | 'settings'>): string {
  const chosen = Object.entries(settings ?? {}).map(([name, value]) => `, ${name} ${value}`);
  return titleOf(model) + chosen.join('');
}

/** Of the model and settings whose rows boosted trees distinguish least from real ones, over the seeds: the first entrant. */
export function bestOf(entrants: readonly Entrant[]): Entrant {
  const found = new Map<string, number[]>();
  for (const one of entrants) {
    const own = found.get(labelOf(one)) ?? [];
    found.set(labelOf(one), [...own, one.figures['boosted trees AUC'] ?? 1]);
  }
  const mean = (one: Entrant) => meanOf(found.get(labelOf(one))!).value;
  return entrants.reduce((best, one) => (mean(one) < mean(best) ? one : best));
}

/** The figures of synthetic rows, and of training rows in their place. */
export async function measured(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  seed: number,
): Promise<Pick<Entrant, 'figures' | 'floors'>> {
  const found = await compareRows(training, holdout, synthetic, { limitsOf, seed });
  const { membership, adversarialAccuracy } = audit(training, holdout, synthetic, { seed });
  const sides = (side: 'synthetic' | 'floor') => ({
    'prevalence r': found.prevalence[side].r,
    'prevalence RMSE': found.prevalence[side].rmse,
    'KS distance': found.recordLength[side].ks,
    'φ difference': found.pairs[side].correlation?.meanAbsoluteDifference,
    'boosted trees AUC': found.discriminator[side].boostedTrees?.value,
    'prediction AUC lost': found.prediction[side].aucGap,
  });
  const never = found.coverage.codes.find(({ minPatients }) => minPatients === 20)!.neverGenerated;
  const impossible = found.violations.synthetic.share;
  return {
    figures: {
      ...sides('synthetic'),
      'outcome AUC': found.outcome?.trainSyntheticTestReal?.value,
      'codes never generated': never,
      'impossible rows %': impossible && 100 * impossible.value,
      'membership AUC': membership.sets.value,
      'density AUC': membership.density.value,
      'privacy loss': adversarialAccuracy.privacyLoss.value,
    },
    floors: { ...sides('floor'), 'outcome AUC': found.outcome?.trainRealTestReal?.value },
  };
}
