import type { CodedEvent, Quantity } from '@ehrsynth/records';

/** The details of an event that are kept as they are: how much, how often, for how long, which way. */
const DETAILS = ['dose', 'timesPerDay', 'daysSupply', 'refills', 'route', 'active'] as const;

/** What an event says besides its code and details, as a key that events share. */
export interface Said {
  type: 'plain' | 'answer' | 'limit' | 'number';
  key: string;
}

const PLAIN: Said = { type: 'plain', key: 'plain' };

/** A number's key is its unit, an answer's and a limit's the variant that it is, both as JSON. */
export function saidBy({ quantity, answer }: CodedEvent): Said {
  if (quantity?.value !== undefined && Number.isFinite(quantity.value)) {
    const unit = unitOf(quantity);
    const { comparator, value } = quantity;
    if (comparator === undefined || comparator === '=') return { type: 'number', key: JSON.stringify(unit) };
    return { type: 'limit', key: JSON.stringify({ type: 'limit', comparator, value, unit }) };
  }
  if (answer) return { type: 'answer', key: JSON.stringify({ type: 'answer', answer }) };
  return PLAIN;
}

/** The unit of a quantity, its parts in a fixed order. */
export function unitOf({ unit, system, code }: Quantity): Pick<Quantity, 'unit' | 'system' | 'code'> {
  return {
    ...(unit !== undefined && { unit }),
    ...(system !== undefined && { system }),
    ...(code !== undefined && { code }),
  };
}

/** An event's details as JSON, in a fixed order; '{}' of none. */
export function detailsOf(event: CodedEvent): string {
  return JSON.stringify(
    Object.fromEntries(DETAILS.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]]))),
  );
}
