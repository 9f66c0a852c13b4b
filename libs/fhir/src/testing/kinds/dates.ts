import { RIGHT_BUNDLE } from '../right-resources.ts';
import type { KindOfFault } from './kind-of-fault.ts';
import { encounter, patient } from './parts.ts';

/** The patient of the bundle was born on 1970-02-28. */
const onset = (onsetDateTime: string) => {
  const [first, second] = RIGHT_BUNDLE.entry;
  return { entry: [first, { ...second, resource: { ...second.resource, onsetDateTime } }] };
};

export const DATES: KindOfFault = {
  broken: [
    [
      'a period whose end is a year before',
      encounter,
      { period: { start: '2010-05', end: '2009' } },
      'date',
      'Encounter',
    ],
    [
      'a period whose end is a month before (per-1)',
      encounter,
      { period: { start: '2010-02-10', end: '2010-01' } },
      'invariant',
      'Encounter.period',
    ],
    [
      'a period in two time zones (per-1)',
      encounter,
      { period: { start: '2010-01-01T10:00:00+02:00', end: '2010-01-01T07:00:00Z' } },
      'invariant',
      'Encounter.period',
    ],
    [
      'a period whose end is its month (per-1)',
      encounter,
      { period: { start: '2010-01-10', end: '2010-01' } },
      'invariant',
      'Encounter.period',
    ],
    [
      'a period whose end is a month of its year (per-1)',
      encounter,
      { period: { start: '2010', end: '2010-01' } },
      'invariant',
      'Encounter.period',
    ],
    [
      'a period whose end is its day (per-1)',
      encounter,
      { period: { start: '2010-01-01T10:00:00Z', end: '2010-01-01' } },
      'invariant',
      'Encounter.period',
    ],
    ['a death in the year before birth', patient, { deceasedDateTime: '1969' }, 'date', 'Patient.deceasedDateTime'],
    ['an onset in the year before birth', RIGHT_BUNDLE, onset('1969'), 'date', 'Condition', 'warning'],
    ['a leap day of a year that has none', patient, { birthDate: '1900-02-29' }, 'format', 'Patient.birthDate'],
    [
      'an instant of a day that there is not',
      patient,
      { meta: { lastUpdated: '2010-02-30T10:00:00Z' } },
      'format',
      'Patient.meta.lastUpdated',
    ],
  ],
  right: [
    ['a period of a day', encounter, { period: { start: '2010-01-10', end: '2010-01-10' } }],
    ['a period from a year to the month after', encounter, { period: { start: '2010', end: '2011-01' } }],
    [
      'a period from a day to a time of the day after',
      encounter,
      { period: { start: '2010-01-01', end: '2010-01-02T10:00:00Z' } },
    ],
    [
      'a period of times with and without their fractions',
      encounter,
      { period: { start: '2010-01-01T10:00:00Z', end: '2010-01-01T10:00:00.500Z' } },
    ],
    ['a death in the year of birth', patient, { deceasedDateTime: '1970' }],
    ['a death in the month of birth', patient, { deceasedDateTime: '1970-02' }],
    ['an onset in the year of birth', RIGHT_BUNDLE, onset('1970')],
    ['a leap second', patient, { deceasedDateTime: '2016-12-31T23:59:60Z' }],
  ],
};
