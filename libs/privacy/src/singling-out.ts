import { byColumn, type CodeMatrix, type ColumnLists } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { type Interval, jackknifeVariance, proportion, widened } from '@ehrsynth/statistics';
import { type AttackRisk, riskOf } from './attack-risk.ts';

const ATTACKS = 2000;

/** Parts of the people that are left out in turn. */
const GROUPS = 20;

/**
 * Singling out (Giomi et al. 2023): somebody who holds the synthetic rows wants a description that fits one real person and nobody else.
 * They take half of the codes and demographics of a synthetic row, in random order, and more where another synthetic row has these too, and
 * bet that one person has them all. The bet is won where exactly one of the rows does. The baseline draws as many columns by their
 * prevalence in the synthetic rows, each for itself. Bets on the same people are not independent: the interval adds the variance of leaving
 * out each twentieth of the people in turn.
 */
export function singlingOut(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, rng: Rng): AttackRisk {
  const [ofMembers, ofOthers, ofSynthetic] = [members, others, synthetic].map((matrix) => {
    const lists = byColumn(matrix);
    return (columns: number[]) => matches(lists, columns);
  });
  const bets = { attack: new Bets(), control: new Bets(), baseline: new Bets() };
  let attacks = 0;
  for (const row of rng.shuffle([...Array(synthetic.rows).keys()]).slice(0, ATTACKS)) {
    const own = rng.shuffle([...synthetic.indices.subarray(synthetic.indptr[row], synthetic.indptr[row + 1])]);
    let length = Math.max(1, Math.ceil(own.length / 2));
    while (length < own.length && ofSynthetic(own.slice(0, length)).length > 1) length++;
    const predicate = own.slice(0, length);
    if (predicate.length === 0 || ofSynthetic(predicate).length > 1) continue;
    attacks++;
    bets.attack.add(ofMembers(predicate));
    bets.control.add(ofOthers(predicate));
    // An entry drawn among all is a column drawn by its prevalence.
    const guess = new Set<number>();
    for (let tries = 0; guess.size < length && tries < 100 * length; tries++)
      guess.add(synthetic.indices[rng.int(synthetic.indices.length)]);
    bets.baseline.add(ofMembers([...guess]));
  }
  const { attack, control, baseline } = bets;
  return riskOf(attacks, {
    attack: attack.rate(attacks),
    control: control.rate(attacks),
    baseline: proportion(baseline.won, attacks),
  });
}

/** Bets won, with all people and without each group of them. */
class Bets {
  won = 0;
  private readonly without = new Float64Array(GROUPS);

  add(people: ArrayLike<number>): void {
    if (people.length === 1) this.won++;
    const groups = new Uint32Array(GROUPS);
    for (let i = 0; i < people.length; i++) groups[people[i] % GROUPS]++;
    groups.forEach((inGroup, group) => (this.without[group] += people.length - inGroup === 1 ? 1 : 0));
  }

  /** The share won. */
  rate(bets: number): Interval {
    const ofPeople = jackknifeVariance(this.without.map((won) => won / Math.max(1, bets)));
    return widened(proportion(this.won, bets), ofPeople);
  }
}

/** Rows that have all of the columns. */
function matches({ starts, rows }: ColumnLists, columns: number[]): ArrayLike<number> {
  const lists = columns.map((column) => rows.subarray(starts[column], starts[column + 1]));
  lists.sort((a, b) => a.length - b.length);
  let left: ArrayLike<number> = lists[0];
  for (const list of lists.slice(1)) {
    const kept: number[] = [];
    for (let i = 0, j = 0; i < left.length && j < list.length;) {
      if (left[i] === list[j]) kept.push(left[i]);
      if (left[i] <= list[j]) i++;
      else j++;
    }
    left = kept;
  }
  return left;
}
