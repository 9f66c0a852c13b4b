import type { Body } from './body.ts';
import { DAYS_A_YEAR } from './days.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';

/** Filtration (mL/min/1.73 m²) with which a stage is found, and the lowest within it. */
const STAGES = [
  { name: 'chronic kidney disease 3', found: 57, lowest: 30.5 },
  { name: 'chronic kidney disease 4', found: 28.5, lowest: 15.5 },
  { name: 'chronic kidney disease 5', found: 13, lowest: 5 },
];
/** Decline a year after the last stage (CRIC and MDRD report 1 to 3). */
const DECLINE_A_YEAR = 1.8;
/** The way from health to the first stage. */
const BEFORE_DAYS = 5 * DAYS_A_YEAR;
const HEALTHY = 61;
/** What an acute injury leaves, and the days in which it recovers. */
const INJURED = 0.45;
const RECOVERY_DAYS = 21;

/**
 * Filtration on a day: straight lines through what belongs to the onset of each stage, so that values and diagnoses agree; that of age
 * where there is no kidney disease.
 */
export function filtration(process: Process, life: Life, body: Body, day: number): number {
  const normal = Math.max(HEALTHY, body.level('filtration', day));
  const injury = injuryFactor(process, life, day);
  const anchors = STAGES.flatMap(({ name, found, lowest }) => {
    const index = process.index.get(name);
    const spell = life.spells.find(({ condition }) => condition === index);
    return spell ? [{ day: spell.begin, found, lowest }] : [];
  });
  if (anchors.length === 0) return normal * injury;
  const first = anchors[0];
  if (day < first.day) {
    const share = Math.max(0, (day - first.day) / BEFORE_DAYS + 1);
    return Math.max(60, normal * (1 - share) + first.found * share) * injury;
  }
  const at = anchors.findLastIndex((anchor) => anchor.day <= day);
  const [from, to] = [anchors[at], anchors.at(at + 1 === anchors.length ? at : at + 1)!];
  const years = (day - from.day) / DAYS_A_YEAR;
  const value =
    to === from
      ? Math.max(from.lowest, from.found - DECLINE_A_YEAR * years)
      : from.found + ((to.found - from.found) * (day - from.day)) / Math.max(1, to.day - from.day);
  return value * injury;
}

/** Creatinine (mg/dL) that goes with a filtration: the CKD-EPI equation of 2021 (Inker), solved for it. */
export function creatinineOf(rate: number, sex: 'female' | 'male', age: number): number {
  const { kappa, alpha, factor } = ckdEpi(sex);
  const ratio = rate / (142 * factor * 0.9938 ** age);
  return kappa * ratio ** (1 / (ratio < 1 ? -1.2 : alpha));
}

/** Filtration from creatinine: CKD-EPI 2021. */
export function filtrationOf(creatinine: number, sex: 'female' | 'male', age: number): number {
  const { kappa, alpha, factor } = ckdEpi(sex);
  const ratio = creatinine / kappa;
  return 142 * factor * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age;
}

function ckdEpi(sex: 'female' | 'male'): { kappa: number; alpha: number; factor: number } {
  return sex === 'female' ? { kappa: 0.7, alpha: -0.241, factor: 1.012 } : { kappa: 0.9, alpha: -0.302, factor: 1 };
}

function injuryFactor(process: Process, life: Life, day: number): number {
  const index = process.index.get('acute kidney injury');
  let factor = 1;
  for (const { condition, begin } of life.spells) {
    const since = day - begin;
    if (condition !== index || since < -1 || since > RECOVERY_DAYS) continue;
    factor = Math.min(factor, INJURED + ((1 - INJURED) * Math.max(0, since)) / RECOVERY_DAYS);
  }
  return factor;
}
