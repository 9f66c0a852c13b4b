import { byColumn, type CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { clusteredProportion, sampleRows, type Share } from '@ehrsynth/statistics';
import { type AttackRisk, MOST_PEOPLE_OF_RISKS, riskOf } from './attack-risk.ts';
import { distances } from './nearest.ts';

/** Secrets that are inferred of each person. */
const SECRETS = 10;

/**
 * Inference (Giomi et al. 2023): somebody knows all codes of a person but one secret, and takes it to be as in the synthetic row that is
 * closest by the others, or one of several that are. Ten secrets of each person are tried one by one: every other is a code that the person has; the rest are codes of
 * somebody else that the person does not have, so that half of all blind guesses are right. The baseline takes the secret from a random
 * synthetic row. A secret that cannot be drawn, since nobody has another code, is no attack. Guesses about one person are not independent:
 * the intervals take people, not guesses, as what is drawn.
 */
export function secretInference(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, rng: Rng): AttackRisk {
  const people = Math.min(MOST_PEOPLE_OF_RISKS, members.rows, others.rows);
  const [ofMembers, ofOthers] = [members, others].map((all, i) =>
    guesses(sampleRows(all, people, rng.fork(i)), synthetic, rng.fork(`secrets ${i}`)),
  );
  const attacks = ofMembers.informed.reduce((sum, { trials }) => sum + trials, 0);
  return riskOf(attacks, {
    attack: clusteredProportion(ofMembers.informed),
    control: clusteredProportion(ofOthers.informed),
    baseline: clusteredProportion(ofMembers.blind),
  });
}

/** Of each person, the guesses made and those that were right: from the closest synthetic row, and blindly. */
function guesses(people: CodeMatrix, synthetic: CodeMatrix, rng: Rng): { informed: Share[]; blind: Share[] } {
  const lists = byColumn(synthetic);
  const codes = (row: number) =>
    people.indices.subarray(people.indptr[row], people.indptr[row + 1]).filter((column) => column >= people.firstCode);
  const found: { informed: Share[]; blind: Share[] } = { informed: [], blind: [] };
  distances(people, synthetic, (row, toRows) => {
    const own = codes(row);
    const others = () => codes(rng.int(people.rows)).filter((column) => !own.includes(column));
    const [informed, blind] = [
      { successes: 0, trials: 0 },
      { successes: 0, trials: 0 },
    ];
    for (let i = 0; i < SECRETS; i++) {
      const isThere = i % 2 === 0 && own.length > 0;
      const secret = drawFrom(isThere ? () => own : others, rng);
      if (secret === undefined) continue;
      const carriers = lists.rows.subarray(lists.starts[secret], lists.starts[secret + 1]);
      // The distance by the others: who has the secret too was one closer than who has not, where the person has it; else one farther.
      const change = isThere ? 1 : -1;
      for (const carrier of carriers) toRows[carrier] += change;
      const closest = indexOfLeast(toRows, rng.int(toRows.length));
      for (const carrier of carriers) toRows[carrier] -= change;
      const count = (share: Share, guess: number) => {
        share.trials++;
        if (carriers.includes(guess) === isThere) share.successes++;
      };
      count(informed, closest);
      count(blind, rng.int(synthetic.rows));
    }
    found.informed.push(informed);
    found.blind.push(blind);
  });
  return found;
}

/** The index of the least value, of several the first from a place on: not the same row for everybody who is close to none. */
function indexOfLeast(values: Int32Array, from: number): number {
  let least = from;
  for (let i = from + 1; i < values.length; i++) if (values[i] < values[least]) least = i;
  for (let i = 0; i < from; i++) if (values[i] < values[least]) least = i;
  return least;
}

/** One of the columns that a source gives; it is asked again where it gives none. */
function drawFrom(source: () => ArrayLike<number>, rng: Rng): number | undefined {
  for (let tries = 0; tries < 100; tries++) {
    const columns = source();
    if (columns.length > 0) return columns[rng.int(columns.length)];
  }
  return undefined;
}
