import { byColumn, type CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { sampleRows } from '@ehrsynth/statistics';
import { type AttackRisk, riskOf } from './attack-risk.ts';
import { distances } from './nearest.ts';

const ATTACKS = 2000;

/**
 * Inference (Giomi et al. 2023): the attacker knows all codes of a person but one secret, and takes it to be as in the synthetic row that
 * is closest by the others. Every other secret is a code that the person has; the rest are codes of somebody else that the person does
 * not have, so that half of all blind guesses are right. The baseline takes the secret from a random synthetic row. Where no secret can
 * be drawn (nobody has a code that the person lacks) no attack is made, and none is counted.
 */
export function secretInference(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, rng: Rng): AttackRisk {
  const attacks = Math.min(ATTACKS, members.rows, others.rows);
  const [ofMembers, ofOthers] = [members, others].map((people, i) =>
    guesses(sampleRows(people, attacks, rng.fork(i)), synthetic, rng.fork(`secrets ${i}`)),
  );
  return riskOf(
    { attack: ofMembers.made, control: ofOthers.made, baseline: ofMembers.made },
    { attack: ofMembers.right, control: ofOthers.right, baseline: ofMembers.blindlyRight },
  );
} // prettier-ignore

interface Guesses {
  /** Attacks that there was a secret for. */
  made: number;
  right: number;
  blindlyRight: number;
}

function guesses(people: CodeMatrix, synthetic: CodeMatrix, rng: Rng): Guesses {
  const lists = byColumn(synthetic);
  const codes = (row: number) =>
    people.indices.subarray(people.indptr[row], people.indptr[row + 1]).filter((column) => column >= people.firstCode);
  let [made, right, blindlyRight] = [0, 0, 0];
  distances(people, synthetic, (row, found) => {
    const own = codes(row);
    const isThere = row % 2 === 0 && own.length > 0;
    const strange = () => codes(rng.int(people.rows)).filter((column) => !own.includes(column));
    const secret = drawFrom(isThere ? () => own : strange, rng);
    if (secret === undefined) return;
    made++;
    const carriers = lists.rows.subarray(lists.starts[secret], lists.starts[secret + 1]);
    // The distance by the others: who has the secret too was one closer than who has not, where the person has it; else one farther.
    for (const carrier of carriers) found[carrier] += isThere ? 1 : -1;
    let closest = 0;
    for (let other = 1; other < found.length; other++) if (found[other] < found[closest]) closest = other;
    if (carriers.includes(closest) === isThere) right++;
    if (carriers.includes(rng.int(synthetic.rows)) === isThere) blindlyRight++;
  });
  return { made, right, blindlyRight };
} // prettier-ignore

/** One of the columns that a source gives; it is asked again where it gives none. */
function drawFrom(source: () => ArrayLike<number>, rng: Rng): number | undefined {
  for (let tries = 0; tries < 100; tries++) {
    const columns = source();
    if (columns.length > 0) return columns[rng.int(columns.length)];
  }
  return undefined;
}
