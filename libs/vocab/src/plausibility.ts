import { type Sex, System } from '@ehrsynth/records';
import { type CodeLimits, RULES } from './plausibility-rules.ts';

export type { CodeLimits } from './plausibility-rules.ts';

export interface Implausibility {
  rule: 'sex' | 'age';
  message: string;
}

/** The limits of a code (dotted or not), by default of ICD-10-CM, or undefined where it has none. */
export function codeLimits(
  code: string,
  system: string = System.icd10cm,
): (CodeLimits & { why: string }) | undefined {
  if (!hasRules(system)) return undefined;
  const key = code.replace('.', '').toUpperCase();
  const matching = RULES[system].filter((rule) => rule.ranges.some(([from, to]) => within(key, from, to)));
  if (matching.length === 0) return undefined;
  return {
    sex: matching.find((rule) => rule.sex)?.sex,
    minAge: matching.find((rule) => rule.minAge !== undefined)?.minAge,
    maxAge: matching.find((rule) => rule.maxAge !== undefined)?.maxAge,
    why: matching.map((rule) => rule.why).join('; '),
  };
}

/** A record does not reach back further than this for a code of an earlier age. */
export const RECORD_YEARS = 12;

/**
 * Whom a record may hold a code of, judged by the age at its end: a code of the young may stand in it from up to 12 years before.
 * A newborn's code in the record of a ten-year-old is possible, in that of a 45-year-old it is not. This is the one place that
 * decoding and evaluation follow. `{}` where the code is possible in anybody, undefined where no rule covers its system:
 * the rules are of ICD-10-CM, ICD-9-CM and ICD-10-PCS.
 */
export function recordLimits(system: string, code: string): CodeLimits | undefined {
  const limits = eventLimits(system, code);
  return limits?.maxAge === undefined ? limits : { ...limits, maxAge: limits.maxAge + RECORD_YEARS };
}

/** Who may get a code, judged by the age on its day. `{}` and undefined as of `recordLimits`. */
export function eventLimits(system: string, code: string): CodeLimits | undefined {
  if (!hasRules(system)) return undefined;
  const { sex, minAge, maxAge } = codeLimits(code, system) ?? {};
  return {
    ...(sex && { sex }),
    ...(minAge !== undefined && { minAge }),
    ...(maxAge !== undefined && { maxAge }),
  };
}

/** What is clinically impossible about a code in a patient of this sex and age (years); empty where nothing is. */
export function plausibility(
  system: string,
  code: string,
  patient: { sex: Sex; age?: number },
): Implausibility[] {
  const limits = codeLimits(code, system);
  if (!limits) return [];
  const found: Implausibility[] = [];
  const opposite = limits.sex === 'female' ? 'male' : 'female';
  if (limits.sex && patient.sex === opposite) {
    found.push({ rule: 'sex', message: `${code} (${limits.why}) in a ${patient.sex} patient` });
  }
  const age = patient.age === undefined ? undefined : Math.floor(patient.age);
  if (age !== undefined && (age < (limits.minAge ?? 0) || age > (limits.maxAge ?? 200))) {
    found.push({ rule: 'age', message: `${code} (${limits.why}) at the age of ${age}` });
  }
  return found;
}

function hasRules(system: string): boolean {
  return Object.hasOwn(RULES, system);
}

/** True where the code begins with a prefix that lies between the two. */
function within(key: string, from: string, to: string): boolean {
  return key.slice(0, from.length) >= from && key.slice(0, to.length) <= to;
}
