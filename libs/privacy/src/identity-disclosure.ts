import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { type Interval, meanOf, moments, sampleRows, withVariance } from '@ehrsynth/statistics';
import { equivalenceClasses } from './k-anonymity.ts';

const MOST_PEOPLE = 5000;
/** Matching synthetic rows that are looked at for each person. */
const MOST_MATCHES = 100;
/** Share of a person's codes that must be learnt, and prevalence below which a code is news. */
const LEARNT_SHARE = 0.05;
const NEWS_BELOW = 0.5;

export interface IdentityDisclosure {
  quasiIdentifiers: string[];
  /** Mean over people of (1 / people of the same class) × (chance that a matching synthetic row reveals something new). */
  risk: Interval;
  /** The same of people who were not in training. */
  control: Interval;
  /** risk − control: what the synthetic rows disclose of people because they were in training. */
  excess: Interval;
}

/**
 * Meaningful identity disclosure (El Emam et al. 2020): a person is found in a class of the same sex, age band and race by one in so many
 * as the class has training rows, and something is learnt where a synthetic row of the class, any of them, has at least 5% of the
 * person's codes that fewer than half of all people have. It is a worst case: the training set counts as the whole population, and every
 * match as one that the attacker can verify (λ = 1). At most 5,000 people and 100 rows for each are drawn; the interval is of their mean.
 */
export function identityDisclosure(
  training: CodeMatrix,
  members: CodeMatrix,
  others: CodeMatrix,
  synthetic: CodeMatrix,
  rng: Rng,
): IdentityDisclosure {
  const carriers = training.carriers();
  const isNews = carriers.map((count, column) =>
    column >= training.firstCode && count < NEWS_BELOW * training.rows ? 1 : 0,
  );
  const sizes = equivalenceClasses(training);
  const matching = equivalenceClasses(synthetic);
  const risksOf = (people: CodeMatrix, name: string, isMember: boolean) => {
    const draws = rng.fork(name);
    const drawn = sampleRows(people, MOST_PEOPLE, draws);
    const risks = new Float64Array(drawn.rows);
    for (const [key, rows] of equivalenceClasses(drawn)) {
      const matches = draws.shuffle(matching.get(key) ?? []).slice(0, MOST_MATCHES);
      for (const row of rows) {
        const telling = matches.filter((match) => learns(drawn, row, synthetic, match, isNews)).length;
        // Who was not in training joins the class.
        risks[row] = telling / Math.max(1, matches.length) / ((sizes.get(key)?.length ?? 0) + (isMember ? 0 : 1));
      }
    }
    return risks;
  };
  const [ofMembers, ofOthers] = [risksOf(members, 'members', true), risksOf(others, 'others', false)];
  const [risk, control] = [meanOf(ofMembers), meanOf(ofOthers)];
  const variance = (risks: Float64Array) => moments(risks).variance / Math.max(1, risks.length);
  return {
    quasiIdentifiers: training.groups.map(({ name }) => name),
    risk,
    control,
    excess: withVariance(risk.value - control.value, variance(ofMembers), variance(ofOthers)),
  };
}

function learns(people: CodeMatrix, person: number, synthetic: CodeMatrix, match: number, isNews: Int32Array): boolean {
  const own = people.indices.subarray(people.indptr[person], people.indptr[person + 1]);
  const revealed = synthetic.indices.subarray(synthetic.indptr[match], synthetic.indptr[match + 1]);
  let [shared, codes, i] = [0, 0, 0];
  for (const column of own) {
    if (column < people.firstCode) continue;
    codes++;
    while (i < revealed.length && revealed[i] < column) i++;
    if (revealed[i] === column && isNews[column]) shared++;
  }
  return shared > 0 && shared >= LEARNT_SHARE * codes;
}
