import { type CodeMatrix, onlyColumns } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { quantileSorted } from 'simple-statistics';
import type { Interval } from '@ehrsynth/statistics';
import { nearest } from './nearest.ts';

/** Share of the codes, the commonest, that the attacker knows of a target. */
const KNOWN_SHARE = 0.25;
const RESAMPLES = 500;
/** Prevalence from which a code is of the band, up to the next. */
const BANDS = [0, 0.01, 0.05];

export interface AttributeInference {
  /** Codes that the attacker knows of each target. */
  knownCodes: number;
  /** By the prevalence of the codes inferred; the F1 of what was inferred of members and of others, and members' less others'. */
  bands: { from: number; codes: number; members: number; others: number; gain: Interval }[];
}

/**
 * Attribute inference (Yan et al. 2022): of a target the commonest quarter of the codes is known, and the others are taken to be those of
 * the synthetic row that is closest by the known ones. What is gained of members over people who were not in training is leaked; the
 * rest is what anybody may know of such patients. The interval is the middle 95% of 500 bootstrap samples of the targets.
 * @param reference whose prevalence says what is common
 */
export function attributeInference(
  reference: CodeMatrix,
  members: CodeMatrix,
  others: CodeMatrix,
  synthetic: CodeMatrix,
  rng: Rng,
  knownShare = KNOWN_SHARE,
): AttributeInference {
  const { firstCode } = reference;
  const carriers = reference.carriers();
  const byPrevalence = [...carriers.keys()].slice(firstCode).sort((a, b) => carriers[b] - carriers[a] || a - b);
  const known = new Set(byPrevalence.slice(0, Math.max(1, Math.round(knownShare * byPrevalence.length))));
  const bandOf = Int32Array.from(carriers, (count, column) =>
    column < firstCode || known.has(column) ? -1 : BANDS.findLastIndex((from) => count / reference.rows >= from),
  );
  const [ofMembers, ofOthers] = [members, others].map((targets) => outcomes(targets, synthetic, known, bandOf));
  const bands = BANDS.map((from, band) => {
    const gains = Array.from({ length: RESAMPLES }, () => {
      const again = (all: Outcome[][]) => f1(all[band], () => rng.int(all[band].length));
      return again(ofMembers) - again(ofOthers);
    }).sort((a, b) => a - b);
    const [f1Members, f1Others] = [f1(ofMembers[band]), f1(ofOthers[band])];
    return {
      from,
      codes: bandOf.filter((one) => one === band).length,
      members: f1Members,
      others: f1Others,
      gain: { value: f1Members - f1Others, lower: quantileSorted(gains, 0.025), upper: quantileSorted(gains, 0.975) },
    };
  });
  return { knownCodes: known.size, bands };
}

/** Of one target: codes inferred that it has, that it does not have, and codes that it has and were not inferred. */
type Outcome = readonly [right: number, wrong: number, missed: number];

/** By band, then by target. */
function outcomes(targets: CodeMatrix, synthetic: CodeMatrix, known: Set<number>, bandOf: Int32Array): Outcome[][] {
  const isKnown = (column: number) => known.has(column);
  const closest = nearest(onlyColumns(targets, isKnown), onlyColumns(synthetic, isKnown)).index;
  const all: Outcome[][] = BANDS.map(() => []);
  closest.forEach((row, target) => {
    const has = new Set(targets.indices.subarray(targets.indptr[target], targets.indptr[target + 1]));
    const guessed = synthetic.indices.subarray(synthetic.indptr[row], synthetic.indptr[row + 1]);
    const counts = BANDS.map(() => [0, 0, 0] as [number, number, number]);
    for (const column of guessed) if (bandOf[column] >= 0) counts[bandOf[column]][has.has(column) ? 0 : 1]++;
    const right = new Set(guessed);
    for (const column of has) if (bandOf[column] >= 0 && !right.has(column)) counts[bandOf[column]][2]++;
    counts.forEach((count, band) => all[band].push(count));
  });
  return all;
}

/** F1 over targets, of all or of a sample; 0 where there is nothing to infer. */
function f1(all: Outcome[], draw?: () => number): number {
  let [right, wrong, missed] = [0, 0, 0];
  for (let i = 0; i < all.length; i++) {
    const one = all[draw ? draw() : i];
    right += one[0];
    wrong += one[1];
    missed += one[2];
  }
  return right === 0 ? 0 : (2 * right) / (2 * right + wrong + missed);
}
