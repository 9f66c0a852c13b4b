import type { PrivateChoice } from '@ehrsynth/matrix';
import { type ModelName, takesRecords, titleOf } from '@ehrsynth/models';
import { IncompleteOptionsError, IneffectiveOptionError } from '../errors.ts';

/** What may have to be declared public. */
export const PUBLIC_PARTS = ['columns', 'units', 'timeline'] as const;
export type PublicPart = (typeof PUBLIC_PARTS)[number];

const PUBLIC: Record<PublicPart, string> = {
  columns: 'which codes there are: those that enough training patients have, or their parents',
  units: 'the unit that the values of each code were brought to',
  timeline: 'aggregates over enough patients of encounters, gaps, ages, repeats and order',
};

/** Where values are learned, `ingest` has looked at them too. */
const UNITS = '; and the unit that the values of each were brought to';

/** What of a training looks at patients outside of the noisy gradients. A model of records learns time by them, and needs no timeline. */
export function publicPartsOf(model: ModelName, chosen?: PrivateChoice): readonly PublicPart[] {
  // Where columns are public, the units of their values are.
  const ofColumns: PublicPart[] = !chosen ? ['columns'] : takesRecords(model) ? ['units'] : [];
  return takesRecords(model) ? ofColumns : [...ofColumns, 'timeline'];
}

/** @throws IncompleteOptionsError where a part is not declared public, IneffectiveOptionError where one need not be */
export function refuseUndeclared(model: ModelName, dpPublic: readonly PublicPart[], chosen?: PrivateChoice): void {
  const parts = publicPartsOf(model, chosen);
  const needless = dpPublic.find((part) => !parts.includes(part));
  if (needless) throw new IneffectiveOptionError(`dp-public ${needless}`, whyNeedless(model, needless, chosen));
  if (parts.every((part) => dpPublic.includes(part))) return;
  const names: Record<PublicPart, string> = {
    columns: 'the columns (which codes enough patients have)',
    units: 'the units that values were brought to',
    timeline: 'the timeline (aggregates over at least --min-patients of them)',
  };
  const outside = parts
    .map((part) => names[part])
    .join(' and ')
    .replace(/^t/, 'T');
  throw new IncompleteOptionsError(
    `The budget only covers the network. ${outside} are also learned from patients: declare them public with --dp-public ${parts.join(',')}, or train without --dp-epsilon`,
  );
}

function whyNeedless(model: ModelName, part: PublicPart, chosen?: PrivateChoice): string {
  if (part === 'timeline') return `${titleOf(model)} learns time within its budget and has no timeline`;
  if (part === 'columns' && chosen) return 'the columns were chosen by noisy counts, which the budget covers';
  return 'the units of values are public with the columns, or are not learned';
}

/** What the budget of a model covers, and what was declared public. */
export function declared(
  model: ModelName,
  hasValues: boolean,
  chosen?: PrivateChoice,
): { covered: string[]; public: Partial<Record<PublicPart, string>> } {
  const ofRecords = `whole records: demographics, codes and their combinations, times and order${hasValues ? ', and values' : ''}`;
  const what = takesRecords(model) ? ofRecords : 'demographics, codes and their combinations';
  const values = 'bins of values: which units and values measurements have';
  const counts = 'counts of patients: demographics, gaps, classes, stays, codes, and the month of the last visit';
  return {
    covered: [
      `weights of the network: ${what}`,
      ...(takesRecords(model) ? [counts] : []),
      ...(chosen ? ['columns: which codes there are'] : []),
      ...(hasValues ? [values] : []),
    ],
    public: Object.fromEntries(
      publicPartsOf(model, chosen).map((part) => [
        part,
        part === 'columns' && hasValues ? PUBLIC[part] + UNITS : PUBLIC[part],
      ]),
    ),
  };
}
