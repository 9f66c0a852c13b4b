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
      : [`Without a date, and so left out of records over time: ${parts.join(' and ')} of the ${records}.`];
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

/** People who were left out because they are in the real records already. */
export function repeatedNotes({ training, holdout }: Record<'training' | 'holdout', number>, smallCell: number) {
  const people = (number: number) => `${number < smallCell ? `Fewer than ${smallCell}` : numberText(number)}`;
  return [
    ...(training > 0
      ? [`${people(training)} training records repeat another one, code by code and day by day: left out.`]
      : []),
    ...(holdout > 0
      ? [
          `${people(holdout)} held-out records are in the training records too, or twice among the held-out ones, code by code and day by day: left out. Nobody can be held out and learned from.`,
        ]
      : []),
  ];
}
