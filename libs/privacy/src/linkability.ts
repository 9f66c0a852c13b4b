import { type CodeMatrix, onlyColumns } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { sampleRows } from '@ehrsynth/statistics';
import { type AttackRisk, riskOf } from './attack-risk.ts';
import { closestRows } from './nearest.ts';

const ATTACKS = 2000;
const NEIGHBOURS = 10;

/**
 * Linkability (Giomi et al. 2023): one data set has half of a person's codes, another the other half (every second code by prevalence).
 * The attacker links them where one synthetic row is among the ten closest by either half. The baseline takes ten rows blindly.
 */
export function linkability(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, rng: Rng): AttackRisk {
  const attacks = Math.min(ATTACKS, members.rows, others.rows);
  const carriers = synthetic.carriers();
  const order = [...carriers.keys()].slice(synthetic.firstCode).sort((a, b) => carriers[b] - carriers[a] || a - b);
  const isFirst = new Set(order.filter((_, rank) => rank % 2 === 0));
  const halves = [true, false].map((half) => (matrix: CodeMatrix) => onlyColumns(matrix, (column) => isFirst.has(column) === half));
  const targets = halves.map((half) => half(synthetic));
  const linked = (people: CodeMatrix) => {
    const [a, b] = halves.map((half, i) => closestRows(half(people), targets[i], NEIGHBOURS));
    return a.filter((rows, i) => rows.some((row) => b[i].includes(row))).length;
  };
  const [attack, control] = [members, others].map((people, i) => linked(sampleRows(people, attacks, rng.fork(i))));
  const blindly = () => Array.from({ length: NEIGHBOURS }, () => rng.int(synthetic.rows));
  const baseline = Array.from({ length: attacks }, () => [blindly(), blindly()]).filter(([a, b]) => a.some((row) => b.includes(row)));
  return riskOf(attacks, { attack, control, baseline: baseline.length });
} // prettier-ignore
