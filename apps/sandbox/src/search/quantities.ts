/** A unit as a quantity has it. */
export interface Unit {
  system?: string;
  code?: string;
  unit?: string;
}

export interface Measured {
  low: number;
  high: number;
  unit: Unit;
}

interface QuantityLike extends Unit {
  value?: number;
  comparator?: string;
  currency?: string;
}

/** Currencies, which Money names without a system. */
const CURRENCIES = 'urn:iso:std:iso:4217';

/** A number, Quantity, Money or Range with its limits and unit; undefined where it has no value. */
export function measured(node: unknown): Measured | undefined {
  if (typeof node === 'number') return { low: node, high: node, unit: {} };
  const { value, comparator = '', currency, system, code, unit } = Object(node) as QuantityLike;
  if (value !== undefined) {
    return {
      low: comparator.startsWith('<') ? -Infinity : value,
      high: comparator.startsWith('>') ? Infinity : value,
      unit: currency === undefined ? { system, code, unit } : { system: CURRENCIES, code: currency },
    };
  }
  const { low, high } = Object(node) as { low?: QuantityLike; high?: QuantityLike };
  if (low?.value === undefined && high?.value === undefined) return undefined;
  const { system: s, code: c, unit: u } = low ?? high!;
  return { low: low?.value ?? -Infinity, high: high?.value ?? Infinity, unit: { system: s, code: c, unit: u } };
}

/** Whether a unit is `system|code`; without a system, a code or the text of a unit; without both, any. */
export function isUnit(unit: Unit, system: string, code: string): boolean {
  if (system !== '' && unit.system !== system) return false;
  if (code === '') return true;
  return unit.code === code || (system === '' && unit.unit === code);
}
