import type { BothIntervals, LabComparison, NamedLab, ValueFigure, ValuesComparison } from '@ehrsynth/evaluation';
import { fixed, numberText } from '@ehrsynth/statistics';
import { codeText, figureCells, intervalCell } from './figure-cells.ts';
import { NOT_MEASURED, type Row, rowOf, three } from './row.ts';

/** Values: each figure of synthetic patients, and of real training patients, with its 95% interval. */
export function valueRows(found: ValuesComparison): Row[] {
  const { distribution, withinPatient, pairs, measured, shifts, answers } = found;
  const mean = (name: string, units: string, figure: ValueFigure): Row => {
    const reason = figure.of === 0 ? `no ${units}` : `too few values in ${numberText(figure.of)} ${units}`;
    const of = (side: ValueFigure['floor']) =>
      side && side.measured < figure.of ? ` (${numberText(side.measured)} of ${numberText(figure.of)} ${units})` : '';
    const cells = [
      intervalCell(figure.synthetic, reason) + of(figure.synthetic),
      intervalCell(figure.floor) + of(figure.floor),
    ] as const;
    return rowOf(name, cells, figure.synthetic?.value, three);
  };
  const row = (name: string, figure: BothIntervals, reason?: string) =>
    rowOf(name, figureCells({ ...figure, notMeasured: reason }), figure.synthetic?.value, three);
  const noShift = 'fewer than 3 shifts known in both groups';
  return [
    mean('values, KS distance', 'labs', distribution.ks),
    mean('values, Wasserstein distance over the interquartile range', 'labs', distribution.wasserstein),
    mean('values outside the middle 99.8 % of real ones', 'labs', distribution.outside),
    mean('last digits, total variation', 'labs', distribution.lastDigit),
    mean('bounds such as “< 5”, total variation', 'labs', distribution.bounds),
    mean('within a patient: lag-1 rank autocorrelation, absolute difference', 'labs', withinPatient.autocorrelation),
    mean('within a patient: intraclass correlation, absolute difference', 'labs', withinPatient.intraclass),
    mean('within a patient: successive differences, KS distance', 'labs', withinPatient.differences),
    mean('two values in one visit: Spearman ρ, absolute difference', 'pairs', pairs.difference),
    row('measured or not, by class of visit, mean absolute difference', measured.byClass.difference),
    row('measured or not, by condition, mean absolute difference', measured.byCondition.difference),
    row('shift with a condition or drug, Pearson r', shifts.withCode.r, noShift),
    row('shift with a condition or drug, mean absolute difference, sd', shifts.withCode.difference),
    row('shift after a drug is first given, Pearson r', shifts.afterDrug.r, noShift),
    row('shift after a drug is first given, mean absolute difference, sd', shifts.afterDrug.difference),
    mean('coded answers, total variation', 'codes', answers.difference),
  ];
}

/** Name of a lab, with its unit. */
export function labText(lab: NamedLab): string {
  return lab.unit ? `${codeText(lab)}, ${lab.unit}` : codeText(lab);
}

const PLAIN = {
  KS: 'ks',
  Wasserstein: 'wasserstein',
  'outside real values': 'outside',
  'last digits': 'lastDigit',
  bounds: 'bounds',
} as const;
const WITHIN = {
  autocorrelation: 'autocorrelation',
  'intraclass correlation': 'intraclass',
  differences: 'differences',
} as const;

/** A table of all labs: of each how many values there are, and every figure of it beside its floor. */
export function labRows(labs: LabComparison[]): { head: string[]; rows: string[][] } {
  const sides = (name: string) => [name, `${name}, floor`];
  const head = [...Object.keys(PLAIN), ...Object.keys(WITHIN)].flatMap(sides);
  const rows = labs.map((one) => {
    const { holdout, training, synthetic } = one.values;
    const counts = [holdout, training, synthetic].map((count) =>
      count === undefined ? 'too few to show' : numberText(count),
    );
    const plain = Object.values(PLAIN).map((figure) => one[figure]);
    const within = Object.values(WITHIN).map((figure) => one.withinPatient?.[figure] ?? {});
    return [labText(one.lab), counts.join(' / '), ...[...plain, ...within].flatMap(figureCells)];
  });
  return { head: ['lab', 'values: held out / training / synthetic', ...head], rows };
}

/** A number that two sides have, or not: a correlation, a shift. */
export function plainCell(value: number | undefined | null): string {
  return value === undefined || value === null ? NOT_MEASURED : fixed(value, 3);
}
