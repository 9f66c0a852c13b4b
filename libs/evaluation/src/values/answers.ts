import type { Histories } from '@ehrsynth/histories';
import { type Both, type SideName, SIDES } from '../sides.ts';
import { placesOf } from './common-codes.ts';
import { eventsOf, MIN_VALUES } from './labs.ts';
import { totalVariation } from './last-digits.ts';
import { type Estimates, estimatesOf, type Resampling, weightedSums } from './resampling.ts';

/** The coded answers of one code. */
export interface CodeAnswers {
  code: number;
  /** Total variation of the answers' shares; NaN where a side has fewer than 50 answers. */
  difference: Both<Estimates>;
  /** Share of each answer that at least `minPatients` of the held-out and of the training patients give; the rest together, under 0. */
  answers: { answer: number; holdout: number; training: number; synthetic: number }[];
}

/** Answers of each code of which held-out patients give 50, and at least `minPatients` of them one. */
export function codedAnswers(
  histories: Record<SideName, Histories>,
  sampled: Resampling,
  minPatients: number,
): CodeAnswers[] {
  const codes = answeredCodes(histories.holdout, minPatients);
  const sides = {} as Record<SideName, AnswerCounts[]>;
  for (const side of SIDES) sides[side] = countAnswers(histories[side], codes, sampled);
  return codes.map((code, place) => {
    const own = {} as Record<SideName, AnswerCounts>;
    for (const side of SIDES) own[side] = sides[side][place];
    const answers = [...new Set(SIDES.flatMap((side) => [...own[side].keys()]))].sort((a, b) => a - b);
    const groups = sampled.draws[0].holdout.length;
    const columns = {} as Record<SideName, Float64Array>;
    for (const side of SIDES) columns[side] = byGroup(own[side], answers, groups);
    const itself = (side: SideName) => weightedSums(columns[side], answers.length, sampled.draws[0][side]);
    const isEnough = (side: SideName) => itself(side).reduce((sum, count) => sum + count, 0) >= MIN_VALUES;
    return {
      code,
      difference: estimatesOf(sampled.draws, (draw, other) =>
        isEnough(other)
          ? totalVariation(
              weightedSums(columns.holdout, answers.length, draw.holdout),
              weightedSums(columns[other], answers.length, draw[other]),
            )
          : NaN,
      ),
      answers: shownAnswers(own, answers, minPatients),
    };
  });
}

/** Of each answer of a code: times it is given by group, and patients who give it. */
type AnswerCounts = Map<number, { byGroup: Float64Array; people: number; last: number }>;

function answeredCodes(histories: Histories, minPatients: number): number[] {
  const { arrays, dictionary } = histories;
  const length = dictionary.codes.length;
  const [answers, people, last] = [new Int32Array(length), new Int32Array(length), new Int32Array(length).fill(-1)];
  for (let patient = 0; patient < histories.patients; patient++) {
    const [from, to] = eventsOf(arrays, patient);
    for (let at = from; at < to; at++) {
      if (arrays.answer[at] === 0) continue;
      const code = arrays.code[at];
      answers[code]++;
      if (last[code] !== patient) people[code]++;
      last[code] = patient;
    }
  }
  return [...answers.keys()]
    .filter((code) => answers[code] >= MIN_VALUES && people[code] >= minPatients)
    .sort((a, b) => answers[b] - answers[a] || a - b);
}

function countAnswers(histories: Histories, codes: number[], { groups, draws }: Resampling): AnswerCounts[] {
  const { arrays, dictionary } = histories;
  const place = placesOf(codes, dictionary.codes.length);
  const counts = codes.map((): AnswerCounts => new Map());
  for (let patient = 0; patient < histories.patients; patient++) {
    const [from, to] = eventsOf(arrays, patient);
    for (let at = from; at < to; at++) {
      const answer = arrays.answer[at];
      if (answer === 0 || place[arrays.code[at]] === -1) continue;
      const own = counts[place[arrays.code[at]]];
      let one = own.get(answer);
      if (!one) own.set(answer, (one = { byGroup: new Float64Array(draws[0].holdout.length), people: 0, last: -1 }));
      one.byGroup[groups[patient]]++;
      if (one.last !== patient) one.people++;
      one.last = patient;
    }
  }
  return counts;
}

/** groups × answers. */
function byGroup(counts: AnswerCounts, answers: number[], groups: number): Float64Array {
  const sums = new Float64Array(groups * answers.length);
  answers.forEach((answer, column) => {
    const own = counts.get(answer)?.byGroup;
    if (own) own.forEach((count, group) => (sums[group * answers.length + column] = count));
  });
  return sums;
}

function shownAnswers(
  sides: Record<SideName, AnswerCounts>,
  answers: number[],
  minPatients: number,
): CodeAnswers['answers'] {
  const isShown = (answer: number) =>
    (['holdout', 'training'] as const).every((side) => (sides[side].get(answer)?.people ?? 0) >= minPatients);
  const total = (side: SideName, of: number[]) =>
    of.reduce((sum, answer) => sum + (sides[side].get(answer)?.byGroup.reduce((a, b) => a + b, 0) ?? 0), 0);
  const share = (side: SideName, of: number[]) => total(side, of) / Math.max(1, total(side, answers));
  const row = (answer: number, of: number[]) => ({
    answer,
    holdout: share('holdout', of),
    training: share('training', of),
    synthetic: share('synthetic', of),
  });
  const shown = answers.filter(isShown);
  const others = answers.filter((answer) => !isShown(answer));
  // What a few give joins the answer that fewest give, so that the rest is not of a few either.
  if (others.length > 0 && shown.length > 0) {
    const fewest = shown.reduce((a, b) => (total('holdout', [a]) <= total('holdout', [b]) ? a : b));
    others.push(...shown.splice(shown.indexOf(fewest), 1));
  }
  return [...shown.map((answer) => row(answer, [answer])), ...(others.length > 0 ? [row(0, others)] : [])];
}
