import type { Figure, LongitudinalComparison } from '@ehrsynth/evaluation';
import { numberText } from '@ehrsynth/statistics';
import { figureCells } from './figure-cells.ts';
import { type Row, rowOf, three } from './row.ts';

/** Records over time: each figure of synthetic histories, and of real training histories, with its 95% interval. */
export function timeRows(found: LongitudinalComparison): Row[] {
  const { codes, nextVisitLift, time, recurrence, order, firstAge, classGivenCode } = found;
  const { nextVisitPrediction, effects, discriminator } = found;
  const row = (name: string, figure: Figure) => rowOf(name, figureCells(figure), figure.synthetic?.value, three);
  const ratios = (fit: { ratios: number }) => `${numberText(fit.ratios)} ratios`;
  return [
    row('codes of a record, R²', codes.recordCodes),
    row('codes of a visit, R²', codes.visitCodes),
    row('pairs of codes in a visit, share of records, R²', codes.recordBigrams),
    row('pairs of codes in a visit, share of visits, R²', codes.visitBigrams),
    row('code and a code of the next visit, share of records, R²', codes.sequentialRecordBigrams),
    row('code and a code of the next visit, share of visits, R²', codes.sequentialVisitBigrams),
    row(`next-visit lift, log, Pearson r over ${numberText(nextVisitLift.pairs)} pairs`, nextVisitLift.r),
    row('visits per record, KS distance', time.visitsPerRecord),
    row('days from the first visit to the last, KS distance', time.span),
    row('days between visits, KS distance', time.gaps),
    row('codes per visit, KS distance', time.codesPerVisit),
    row('age at visit, KS distance', time.ageAtVisit),
    row('length of stay, KS distance, mean over classes', time.lengthOfStay),
    ...time.lengthOfStayByClass.map((one) => row(`length of stay, KS distance, class ${one.class}`, one.distance)),
    row('visits by month, total variation', time.months),
    row('visits by weekday, total variation', time.weekdays),
    row('code recurs on a later day, Pearson r over codes', recurrence.r),
    row('code recurs, mean absolute difference', recurrence.difference),
    row('days until a code recurs, KS distance, mean over codes', recurrence.days),
    row('which of two codes comes first, Pearson r over pairs', order.r),
    row('age at first occurrence of a code, KS distance, mean over codes', firstAge.distance),
    row('class of visit of a code, total variation, mean over codes', classGivenCode.variation),
    row('codes of the next visit predicted: mean AUC lost', nextVisitPrediction.gap),
    row(`odds ratios, mean absolute difference of logs, ${ratios(effects.odds)}`, effects.odds.difference),
    row('odds ratios, share whose intervals overlap', effects.odds.overlap),
    row(`hazard ratios, mean absolute difference of logs, ${ratios(effects.hazards)}`, effects.hazards.difference),
    row('hazard ratios, share whose intervals overlap', effects.hazards.overlap),
    row('distinguished from held-out histories by boosted trees: AUC', discriminator.auc),
  ];
}
