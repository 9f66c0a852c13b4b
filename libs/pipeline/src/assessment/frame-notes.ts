import { printable } from '@ehrsynth/io';
import type { Column } from '@ehrsynth/matrix';
import { numberText } from '@ehrsynth/statistics';

/** Codes of a file that are none of the cohort's columns, each with how often it comes. */
export type Unmatched = ReadonlyMap<string, number>;

const SHOWN = 5;

/** What a file has that the cohort has not: it is in no figure of rows. @param unit what is counted: row, event */
export function unmatchedNotes(unmatched: Unmatched, ambiguous: readonly string[], unit: string): string[] {
  const all = [...unmatched].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  const shown = all.slice(0, SHOWN).map(([name, count]) => `${printable(name)} (${numberText(count)})`);
  return [
    ...(all.length > 0
      ? [
          `Not compared: ${counted(all.length, 'code')} of the synthetic file without a column in the cohort, in ${counted(total, unit)}: ${list(shown, all.length)}.`,
        ]
      : []),
    ...(ambiguous.length > 0
      ? [
          `Not read: ${counted(ambiguous.length, 'column')} of the synthetic file that could be one of several columns of the cohort: ${list(
            ambiguous.slice(0, SHOWN).map((name) => printable(name)),
            ambiguous.length,
          )}. Name columns by kind and system: condition|http://hl7.org/fhir/sid/icd-10-cm|E11.9.`,
        ]
      : []),
  ];
}

/** How the cohort's codes are missing in a file, and what follows. */
const MISSING = {
  'is in no row': 'in no row of the synthetic file, and count as never generated',
  'has no column':
    'without a column in the synthetic file, which count as never generated (--missing leave-out compares the others alone)',
  'is left out': 'without a column in the synthetic file, left out of the comparison on both sides',
};

/** What the cohort has that a file has not. */
export function missingNotes(missing: readonly Column[], all: number, how: keyof typeof MISSING): string[] {
  if (missing.length === 0) return [];
  const shown = missing.slice(0, SHOWN).map(({ code }) => printable(code));
  return [
    `${numberText(missing.length)} of the cohort's ${numberText(all)} codes ${missing.length === 1 ? 'is' : 'are'} ${MISSING[how]}: ${list(shown, missing.length)}.`,
  ];
}

/** Demographics that a file does not have. */
export function withoutGroupNotes(groups: readonly string[]): string[] {
  return groups.length === 0
    ? []
    : [`The synthetic file has no ${groups.join(' or ')}: left out of the comparison on both sides.`];
}

/** Values of demographics that a cohort has and a table has neither a column nor a row for, though others of the same kind. */
export function missingLevelNotes(missing: readonly Column[]): string[] {
  if (missing.length === 0) return [];
  const shown = missing.slice(0, SHOWN).map(({ system, code, display }) => printable(`${system} ${display ?? code}`));
  return [
    `Never generated, because the synthetic file has no column and no row of it: ${counted(missing.length, 'demographic value')} of the cohort: ${list(shown, missing.length)}.`,
  ];
}

/** Words before codes that say neither a system nor a kind. */
export function prefixNotes(prefixes: ReadonlyMap<string, number>): string[] {
  return [...prefixes]
    .sort(([, m], [, n]) => n - m)
    .slice(0, SHOWN)
    .map(
      ([prefix, count]) =>
        `${counted(count, 'column')} matched without the prefix ${JSON.stringify(printable(prefix))}, which names neither a code system nor a kind.`,
    );
}

/** What was met in cells, with how often. */
export function cellNotes(notes: ReadonlyMap<string, number>): string[] {
  return [...notes].map(([what, count]) => `In the synthetic file: ${what} (${numberText(count)}).`);
}

function list(shown: readonly string[], all: number): string {
  return shown.join(', ') + (all > shown.length ? `, and ${numberText(all - shown.length)} more` : '');
}

/** 1 code, 2 codes */
function counted(count: number, what: string): string {
  return `${numberText(count)} ${what}${count === 1 ? '' : 's'}`;
}
