import type { KindOfFault } from './kind-of-fault.ts';
import { ucum, range, condition, observation } from './parts.ts';

export const RANGES: KindOfFault = {
  broken: [
    [
      'a range without units from high to low (rng-2)',
      observation,
      range({ value: 2 }, { value: 1 }),
      'invariant',
      'Observation.valueRange',
    ],
    [
      'a range in words from high to low (rng-2)',
      observation,
      range({ value: 2, unit: 'kg' }, { value: 1, unit: 'kg' }),
      'invariant',
      'Observation.valueRange',
    ],
    [
      'a range of another system from high to low (rng-2)',
      observation,
      range({ value: 2, system: 'urn:x', code: 'y' }, { value: 1, system: 'urn:x', code: 'y' }),
      'invariant',
      'Observation.valueRange',
    ],
    [
      'a range of UCUM in two units from high to low (rng-2)',
      observation,
      range(ucum(1, 'kg'), ucum(2, 'g')),
      'invariant',
      'Observation.valueRange',
    ],
    [
      'a range of ages from high to low (rng-2)',
      condition,
      { onsetDateTime: undefined, onsetRange: { low: ucum(50, 'a'), high: ucum(40, 'a') } },
      'invariant',
      'Condition.onsetRange',
    ],
  ],
  right: [
    ['a range of one value', observation, range({ value: 1 }, { value: 1 })],
    ['a range in two units', observation, range(ucum(500, 'g'), ucum(1, 'kg'))],
    [
      'a range of units that are words',
      observation,
      range({ value: 500, unit: 'grams' }, { value: 1, unit: 'kilogram' }),
    ],
    ['a range without its end', observation, { valueQuantity: undefined, valueRange: { low: { value: 2 } } }],
  ],
};
