import type { CodeMatrix } from '@ehrsynth/matrix';
import { printable } from '@ehrsynth/io';
import { numberText } from '@ehrsynth/statistics';
import type { HistorySides } from './history-sides.ts';

const NAMES = { training: 'training', holdout: 'held-out', synthetic: 'synthetic' } as const;

/** What of the records has no date and so is no part of records over time; no count of the real side below `smallCell`. */
export function historyNotes(sides: HistorySides | undefined, smallCell: number): string[] {
  if (!sides) return [];
  return (['training', 'holdout', 'synthetic'] as const).flatMap((side) => {
    const { visits, leftOut } = sides[side];
    const records = `${NAMES[side]} records`;
    if (visits === 0) return undatedNotes({ [side]: sides[side] });
    const count = (number: number) =>
      side !== 'synthetic' && number < smallCell ? `fewer than ${smallCell}` : numberText(number);
    const parts = [
      ...(leftOut.undatedEvents > 0 ? [`${count(leftOut.undatedEvents)} events`] : []),
      ...(leftOut.undatedEncounters > 0 ? [`${count(leftOut.undatedEncounters)} encounters`] : []),
    ];
    return parts.length === 0
      ? []
      : [`Left out of records over time, because they have no date: ${parts.join(' and ')} of the ${records}.`];
  });
}

/** Sides without a date, by which nothing can be measured as records over time. */
export function undatedNotes(sides: Partial<HistorySides>): string[] {
  return Object.entries(sides)
    .filter(([, { visits }]) => visits === 0)
    .map(
      ([side]) =>
        `No visit and no event of the ${NAMES[side as keyof HistorySides]} records has a date: records over time are not measured.`,
    );
}

/** Code systems of the columns that a side has no code of: figures would compare codes of one system with those of another. */
export function systemNotes(sides: Record<'holdout' | 'synthetic', CodeMatrix>): string[] {
  return (['holdout', 'synthetic'] as const).flatMap((side) => {
    const { columns, firstCode } = sides[side];
    const carriers = sides[side].carriers();
    const bySystem = new Map<string, { codes: number; carriers: number }>();
    for (let column = firstCode; column < columns.length; column++) {
      const own = bySystem.get(columns[column].system) ?? { codes: 0, carriers: 0 };
      bySystem.set(columns[column].system, { codes: own.codes + 1, carriers: own.carriers + carriers[column] });
    }
    return [...bySystem]
      .filter(([, { codes, carriers: held }]) => codes >= LEAST_CODES_OF_A_SYSTEM && held === 0)
      .map(
        ([system, { codes }]) =>
          `The ${NAMES[side]} records have no codes of ${printable(system)}, the system of ${numberText(codes)} of the ${numberText(columns.length - firstCode)} codes of the training records, so these codes cannot be compared. Give records in the same code systems, or leave the kind out (--kinds).`,
      );
  });
}

/** Fewer may be missing by chance. */
const LEAST_CODES_OF_A_SYSTEM = 5;

/** People who were left out because they are in the real records already. */
export function repeatedNotes({ training, holdout }: Record<'training' | 'holdout', number>, smallCell: number) {
  const people = (number: number) => `${number < smallCell ? `Fewer than ${smallCell}` : numberText(number)}`;
  return [
    ...(training > 0
      ? [
          `${people(training)} training records were left out because they repeat another one, with the same codes on the same days.`,
        ]
      : []),
    ...(holdout > 0
      ? [
          `${people(holdout)} held-out records were left out because they also occur among the training records, or twice among the held-out ones, with the same codes on the same days. No patient may be both held out and trained on.`,
        ]
      : []),
  ];
}
