import { type CodeMatrix, onlyColumns } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { proportion, sampleRows } from '@ehrsynth/statistics';
import { type AttackRisk, MOST_PEOPLE_OF_RISKS, riskOf } from './attack-risk.ts';
import { closestRows } from './nearest.ts';

const NEIGHBOURS = 10;

/**
 * Linkability (Giomi et al. 2023): somebody has two data sets without names, one with half of a person's codes, one with the other half (every
 * second code by prevalence), and wants to know which rows are of the same person. They take two rows for one person's where one synthetic
 * row is among the ten closest to either; of rows that are as close as each other, some by chance. The baseline takes ten rows blindly.
 */
export function linkability(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, rng: Rng): AttackRisk {
  const attacks = Math.min(MOST_PEOPLE_OF_RISKS, members.rows, others.rows);
  const carriers = synthetic.carriers();
  const order = [...carriers.keys()].slice(synthetic.firstCode).sort((a, b) => carriers[b] - carriers[a] || a - b);
  const isFirst = new Set(order.filter((_, rank) => rank % 2 === 0));
  const halves = [true, false].map(
    (half) => (matrix: CodeMatrix) => onlyColumns(matrix, (column) => isFirst.has(column) === half),
  );
  const targets = halves.map((half) => half(synthetic));
  const linked = (people: CodeMatrix, own: Rng) => {
    const [a, b] = halves.map((half, i) => closestRows(half(people), targets[i], NEIGHBOURS, own.fork(i)));
    return a.filter((rows, i) => rows.some((row) => b[i].includes(row))).length;
  };
  const [attack, control] = [members, others].map((people, i) =>
    linked(sampleRows(people, attacks, rng.fork(i)), rng.fork(`closest ${i}`)),
  );
  const blindly = () => Array.from({ length: NEIGHBOURS }, () => rng.int(synthetic.rows));
  const baseline = Array.from({ length: attacks }, () => [blindly(), blindly()]).filter(([a, b]) =>
    a.some((row) => b.includes(row)),
  );
  const rate = (linked: number) => proportion(linked, attacks);
  return riskOf(attacks, { attack: rate(attack), control: rate(control), baseline: rate(baseline.length) });
}
