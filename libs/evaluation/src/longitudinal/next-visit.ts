import type { CodeMatrix } from '@ehrsynth/matrix';
import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import type { Rng } from '@ehrsynth/random';
import { aucOf, type Interval, logisticRegression, meanOf } from '@ehrsynth/statistics';
import { commonestCodes, DEMOGRAPHICS, demographicsOn, FeatureRows } from './features.ts';
import type { Figure } from './figure.ts';
import type { Side, Sides } from './side.ts';

const TARGETS = 25;
/** Codes that a next visit is predicted from. */
const FEATURE_CODES = 150;
/** Successions that each classifier is trained on, and tested on. */
const MOST_TRAINED = 3000;
const MOST_TESTED = 5000;
/** Passes over the features of each classifier: more of them move an AUC by some thousandths, on all sides alike. */
const PASSES = 30;
/** Successions to a target, and to none of it, that a classifier is trained or tested on. */
const MIN_SUCCESSIONS = 20;

export interface NextVisit {
  /** Mean over the targets of the AUC when trained on real histories less that when trained on others. */
  gap: Figure;
  targets: { code: number; real: Interval; synthetic: Interval }[];
  /** Successions that each classifier was trained on. */
  successions: number;
}

/**
 * How well each of the 25 commonest codes of a next visit is predicted from the codes so far, those of the last visit, age and sex: a
 * logistic regression trained on real and on synthetic successions of visits, as many of each, tested on held-out ones. The floor is
 * trained on one half of the training patients against the other half. Intervals are over the targets, by Student's t. A target is a
 * code that `minPatients` people of both real sides have. At most 3,000 successions train a classifier, in at most 30 passes, and 5,000
 * test it.
 */
export async function nextVisit(
  sides: Sides,
  minPatients: number,
  rng: Rng,
  pause: Pause = yieldToEventLoop,
): Promise<NextVisit> {
  const halves = [0, 1].map((half) => successionsOf(sides.training, (patient) => patient % 2 === half));
  const drawn = {
    real: halves[0],
    again: halves[1],
    synthetic: successionsOf(sides.synthetic),
    test: successionsOf(sides.holdout),
  };
  const size = Math.min(MOST_TRAINED, drawn.real.length, drawn.again.length, drawn.synthetic.length);
  const part = (name: keyof typeof drawn, most: number) => rng.fork(name).shuffle(drawn[name]).slice(0, most).sort();
  const people = [carriers(sides.holdout), carriers(sides.training)];
  const codes = commonestCodes(
    codeCounts(sides.holdout, drawn.test).map((count, code) =>
      people.every((own) => own[code] >= minPatients) ? count : 0,
    ),
    TARGETS,
  );
  const inputs = commonestCodes(codeCounts(sides.training), FEATURE_CODES);
  const examples = {
    real: examplesOf(sides.training, part('real', size), inputs, codes),
    again: examplesOf(sides.training, part('again', size), inputs, codes),
    synthetic: examplesOf(sides.synthetic, part('synthetic', size), inputs, codes),
  };
  const test = examplesOf(sides.holdout, part('test', MOST_TESTED), inputs, codes);
  const targets: (NextVisit['targets'][number] & { again: Interval })[] = [];
  for (const [i, code] of codes.entries()) {
    const all = [test, ...Object.values(examples)];
    if (!all.every(({ labels }) => isBalanced(labels[i]))) continue;
    const areas: Interval[] = [];
    for (const { rows, labels } of Object.values(examples)) {
      areas.push(aucOf(logisticRegression(rows, labels[i], new Set(), PASSES).score(test.rows), test.labels[i]));
      await pause();
    }
    targets.push({ code, real: areas[0], again: areas[1], synthetic: areas[2] });
  }
  return {
    gap: gapOf(targets),
    targets: targets.map(({ code, real, synthetic }) => ({ code, real, synthetic })),
    successions: size,
  };
}

const MIN_TARGETS = 3;

function gapOf(targets: { real: Interval; again: Interval; synthetic: Interval }[]): Figure {
  if (targets.length < MIN_TARGETS) {
    return {
      notMeasured: `fewer than ${MIN_TARGETS} codes occur in ${MIN_SUCCESSIONS} next visits of each group`,
    };
  }
  return {
    synthetic: meanOf(targets.map(({ real, synthetic }) => real.value - synthetic.value)),
    floor: meanOf(targets.map(({ real, again }) => real.value - again.value)),
  };
}

/** The visits that follow another, of some patients. */
function successionsOf({ sequences: { patients } }: Side, isIn: (patient: number) => boolean = () => true): Int32Array {
  const found: number[] = [];
  for (let visit = 1; visit < patients.length; visit++)
    if (patients[visit] === patients[visit - 1] && isIn(patients[visit])) found.push(visit);
  return Int32Array.from(found);
}

/** How many of some visits hold each code. */
function codeCounts(side: Side, visits?: Int32Array): Float64Array {
  const { codeStarts, codes } = side.sequences;
  const counts = new Float64Array(side.histories.dictionary.codes.length);
  if (visits) {
    for (const visit of visits) for (let at = codeStarts[visit]; at < codeStarts[visit + 1]; at++) counts[codes[at]]++;
  } else for (const code of codes) counts[code]++;
  return counts;
}

/** People who have each code. */
function carriers({ histories, occurrences }: Side): Int32Array {
  const counts = new Int32Array(histories.dictionary.codes.length);
  for (const code of occurrences.codes) counts[code]++;
  return counts;
}

interface Examples {
  rows: CodeMatrix;
  /** Of each target: whether the visit holds it. */
  labels: Uint8Array[];
}

function examplesOf(side: Side, visits: Int32Array, inputs: number[], targets: number[]): Examples {
  const { histories, sequences } = side;
  const { starts, codeStarts, codes, patients } = sequences;
  const placeOf = new Int32Array(histories.dictionary.codes.length).fill(-1);
  inputs.forEach((code, place) => (placeOf[code] = place));
  const rows = new FeatureRows(DEMOGRAPHICS + 2 * inputs.length);
  const labels = targets.map(() => new Uint8Array(visits.length));
  const [had, last] = [DEMOGRAPHICS, DEMOGRAPHICS + inputs.length];
  visits.forEach((visit, row) => {
    const patient = patients[visit];
    const day = histories.arrays.firstDay[sequences.visits[visit]];
    const features = new Set(demographicsOn(histories, patient, day));
    for (let at = codeStarts[starts[patient]]; at < codeStarts[visit]; at++) {
      const place = placeOf[codes[at]];
      if (place === -1) continue;
      features.add(had + place);
      if (at >= codeStarts[visit - 1]) features.add(last + place);
    }
    rows.add(features);
    const own = codes.subarray(codeStarts[visit], codeStarts[visit + 1]);
    targets.forEach((code, i) => (labels[i][row] = Number(own.includes(code))));
  });
  return { rows: rows.build(), labels };
}

function isBalanced(labels: Uint8Array): boolean {
  const ones = labels.reduce((sum, label) => sum + label, 0);
  return ones >= MIN_SUCCESSIONS && labels.length - ones >= MIN_SUCCESSIONS;
}
