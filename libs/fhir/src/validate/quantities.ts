import { UCUM } from '@ehrsynth/records';
import type { Report } from './finding.ts';

/** UCUM's prefixes of metric units. */
const PREFIX = '(?:[YZEPTGMkhdcmunpfazy]|da)?';
const TIME = new RegExp(`^(?:${PREFIX}s|min|h|d|wk|mo(?:_[sjg])?|${PREFIX}a(?:_[tjg])?)$`);
const LENGTH = new RegExp(
  `^(?:${PREFIX}m|\\[(?:in|ft|yd|mi|fth|rd|ch|fur|lk|nmi|hd|pnt|pca|smoot|mil)_[a-z]+\\]|\\[smoot\\]|` +
    `${PREFIX}(?:AU|pc|\\[ly\\])|Ao|Ang|\\[Ch\\])$`,
);
/** Units that only a calculation with UCUM could judge: products, powers, multiples. */
const COMPOSED = /[./*()0-9]/;

/** Datatypes of a kind of quantity: the invariant whose words, but not whose FHIRPath, ask for it. */
const KINDS: Record<string, { key: string; unit: RegExp; of: string }> = {
  Age: { key: 'age-1', unit: TIME, of: 'time' },
  Duration: { key: 'drt-1', unit: TIME, of: 'time' },
  Distance: { key: 'dis-1', unit: LENGTH, of: 'length' },
};

type Quantity = Record<string, unknown>;

/** An Age or a Duration is measured in a unit of time, a Distance in one of length (age-1, drt-1, dis-1). */
export function checkUnit(quantity: Quantity, type: string, path: string, report: Report): void {
  const kind = KINDS[type];
  const { system, code } = quantity;
  if (!kind || system !== UCUM || typeof code !== 'string') return;
  const bare = code.replace(/\{[^}]*\}/g, '');
  if (COMPOSED.test(bare) || kind.unit.test(bare)) return;
  report(
    'error',
    'invariant',
    path,
    `${kind.key}: ${code} is not a unit of ${kind.of}`,
    kind.of === 'time' ? 'Give it in a, mo, wk, d, h, min or s.' : 'Give it in m, cm, km or [in_i].',
  );
}

/**
 * The low end of a range is not above the high end (rng-2), where the units are the same but FHIRPath cannot compare them:
 * without a code, or of another system than UCUM.
 */
export function checkRange(range: Record<string, unknown>, path: string, report: Report): void {
  const [low, high] = [range.low, range.high] as (Quantity | null | undefined)[];
  if (typeof low?.value !== 'number' || typeof high?.value !== 'number' || low.value <= high.value) return;
  if (isComparable(low) && isComparable(high)) return;
  const differs = ['system', 'code', 'unit'].some((name) => low[name] !== high[name]);
  if (differs) return;
  report('error', 'invariant', path, 'rng-2: The low end is above the high end', 'Swap the two.');
}

/** FHIRPath compares quantities of UCUM. */
function isComparable({ system, code }: Quantity): boolean {
  return system === UCUM && typeof code === 'string';
}
