import { NO_DAY } from '@ehrsynth/histories';
import type { CodeMatrix } from '@ehrsynth/matrix';
import { commonestCodes, FeatureRows } from './features.ts';
import type { Side } from './side.ts';

/** Codes, and codes with their units, that features are made of. */
const CODES = 120;
const VALUED = 25;
const CLASSES = 8;
/** Numbers are cut at their quantiles on both sides together. */
const CUTS = 8;

/**
 * Features of whole histories of two sides, for classifiers that ask whether a row has a feature: each number is at or above one of
 * eight quantiles of both sides or not. Numbers are visits, span, gaps (least, median, greatest), age at the first and the last visit,
 * codes per visit, visits of each class; of the commonest codes the visits with it in the first and in the second half of the record,
 * and the days from its first to its last occurrence; of the commonest values the mean, the spread and the change from one
 * to the next.
 */
export function historyFeatures(
  a: Side,
  patientsOfA: Int32Array,
  b: Side,
  patientsOfB: Int32Array,
): [CodeMatrix, CodeMatrix] {
  const chosen = chosenOf(a);
  const [first, second] = [numbersOf(a, patientsOfA, chosen), numbersOf(b, patientsOfB, chosen)];
  const cuts = cutsOf([...first, ...second]);
  return [asRows(first, cuts), asRows(second, cuts)];
}

interface Chosen {
  /** Place of each code, −1 of the others; likewise of each class. */
  codes: Int32Array;
  classes: Int32Array;
  /** Place of each code with a unit. */
  valued: Map<number, number>;
}

const UNITS = 2 ** 20;

function chosenOf({ histories: { arrays, dictionary }, sequences }: Side): Chosen {
  const codes = new Float64Array(dictionary.codes.length);
  for (const code of sequences.codes) codes[code]++;
  const classes = new Float64Array(dictionary.classes.texts.length);
  for (const one of arrays.visitClass) classes[one]++;
  const valued = new Map<number, number>();
  arrays.value.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const key = arrays.code[at] * UNITS + arrays.unit[at];
    valued.set(key, (valued.get(key) ?? 0) + 1);
  });
  const commonestValued = [...valued].sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, VALUED);
  return {
    codes: placesIn(codes, CODES),
    classes: placesIn(classes, CLASSES),
    valued: new Map(commonestValued.map(([key], place) => [key, place])),
  };
}

function placesIn(counts: Float64Array, most: number): Int32Array {
  const places = new Int32Array(counts.length).fill(-1);
  commonestCodes(counts, most).forEach((one, place) => (places[one] = place));
  return places;
}

const ALONE = 9;
const OF_CODE = 3;
const OF_VALUE = 3;

/** Numbers of whole histories, NaN where one has none. */
function numbersOf(side: Side, patients: Int32Array, chosen: Chosen): Float64Array[] {
  const size = ALONE + CLASSES + OF_CODE * CODES + OF_VALUE * VALUED;
  return Array.from(patients, (patient) => {
    const row = new Float64Array(size);
    describeVisits(side, patient, chosen, row);
    describeCodes(side, patient, chosen, row.subarray(ALONE + CLASSES));
    describeValues(side, patient, chosen, row.subarray(ALONE + CLASSES + OF_CODE * CODES));
    return row;
  });
}

function describeVisits(
  { histories: { arrays } }: Side,
  patient: number,
  { classes }: Chosen,
  row: Float64Array,
): void {
  const [from, to] = [arrays.visitStarts[patient], arrays.visitStarts[patient + 1]];
  const events = arrays.eventStarts[to] - arrays.eventStarts[from];
  row.fill(NaN, 0, ALONE);
  row[0] = to - from;
  row[1] = events;
  for (let visit = from; visit < to; visit++) {
    const place = classes[arrays.visitClass[visit]];
    if (place !== -1) row[ALONE + place]++;
  }
  if (to === from) return;
  const [first, last] = [arrays.firstDay[from], arrays.firstDay[to - 1]];
  row[2] = last - first;
  row[3] = events / (to - from);
  if (arrays.birthDay[patient] !== NO_DAY) {
    row[4] = first - arrays.birthDay[patient];
    row[5] = last - arrays.birthDay[patient];
  }
  if (to - from < 2) return;
  const gaps = Int32Array.from(
    { length: to - from - 1 },
    (_, i) => arrays.firstDay[from + i + 1] - arrays.firstDay[from + i],
  ).sort();
  row[6] = gaps[0];
  row[7] = gaps[gaps.length >> 1];
  row[8] = gaps[gaps.length - 1];
}

function describeCodes(side: Side, patient: number, { codes: places }: Chosen, row: Float64Array): void {
  const { starts, codeStarts, codes } = side.sequences;
  const [from, to] = [starts[patient], starts[patient + 1]];
  const middle = from + Math.ceil((to - from) / 2);
  for (let visit = from; visit < to; visit++) {
    for (let at = codeStarts[visit]; at < codeStarts[visit + 1]; at++) {
      const place = places[codes[at]];
      if (place !== -1) row[OF_CODE * place + Number(visit >= middle)]++;
    }
  }
  const { occurrences } = side;
  for (let at = occurrences.starts[patient]; at < occurrences.starts[patient + 1]; at++) {
    const place = places[occurrences.codes[at]];
    if (place === -1) continue;
    const { days, dayStarts } = occurrences;
    row[OF_CODE * place + 2] = days[dayStarts[at + 1] - 1] - days[dayStarts[at]];
  }
}

function describeValues({ histories: { arrays } }: Side, patient: number, { valued }: Chosen, row: Float64Array): void {
  row.fill(NaN);
  if (valued.size === 0) return;
  const from = arrays.eventStarts[arrays.visitStarts[patient]];
  const to = arrays.eventStarts[arrays.visitStarts[patient + 1]];
  const sums = Array.from({ length: VALUED }, () => ({
    n: 0,
    sum: 0,
    least: Infinity,
    most: -Infinity,
    last: NaN,
    moved: 0,
  }));
  for (let at = from; at < to; at++) {
    const value = arrays.value[at];
    if (Number.isNaN(value)) continue;
    const place = valued.get(arrays.code[at] * UNITS + arrays.unit[at]);
    if (place === undefined) continue;
    const own = sums[place];
    if (own.n > 0) own.moved += Math.abs(value - own.last);
    own.n++;
    own.sum += value;
    own.least = Math.min(own.least, value);
    own.most = Math.max(own.most, value);
    own.last = value;
  }
  sums.forEach(({ n, sum, least, most, moved }, place) => {
    if (n > 0) row[OF_VALUE * place] = sum / n;
    if (n < 2) return;
    row[OF_VALUE * place + 1] = most - least;
    row[OF_VALUE * place + 2] = moved / (n - 1);
  });
}

/** Of each number its distinct quantiles above the least. */
function cutsOf(rows: Float64Array[]): number[][] {
  const size = rows[0]?.length ?? 0;
  return Array.from({ length: size }, (_, i) => {
    const values = Float64Array.from(rows, (row) => row[i])
      .filter((value) => !Number.isNaN(value))
      .sort();
    // Where most are the same, as 0 of a rare code, the quantiles of the others.
    const above = values.filter((value) => value > values[0]);
    const quantiles = Array.from({ length: CUTS }, (_, cut) => above[Math.floor((cut * above.length) / CUTS)]);
    return [...new Set(quantiles.filter((cut) => cut !== undefined))];
  });
}

function asRows(rows: Float64Array[], cuts: number[][]): CodeMatrix {
  const starts = [0];
  for (const own of cuts) starts.push(starts.at(-1)! + own.length + 1);
  const built = new FeatureRows(starts.at(-1)!);
  for (const row of rows) {
    const features: number[] = [];
    for (let i = 0; i < row.length; i++) {
      if (Number.isNaN(row[i])) continue;
      // That there is a number at all is a feature too, of those that may be absent.
      if (row[i] !== 0) features.push(starts[i]);
      for (let cut = 0; cut < cuts[i].length && row[i] >= cuts[i][cut]; cut++) features.push(starts[i] + 1 + cut);
    }
    built.add(features);
  }
  return built.build();
}
