import { type Code, System } from '@ehrsynth/records';
import { codeLimits } from '@ehrsynth/vocab';
import type { Entry } from './dictionary.ts';

/** Whom a code is possible in, and at which ages. */
export function plausibilityLimits({ system, code }: Code): Pick<Entry, 'sex' | 'minAge' | 'maxAge'> {
  if (system !== System.icd10cm) return {};
  const { sex, minAge, maxAge } = codeLimits(code) ?? {};
  return {
    ...(sex && { sex }),
    ...(minAge !== undefined && { minAge }),
    ...(maxAge !== undefined && { maxAge }),
  };
}
