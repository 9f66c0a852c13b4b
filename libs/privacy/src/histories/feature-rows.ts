import { type Histories, NO_DAY } from '@ehrsynth/histories';
import type { CodeMatrix } from '@ehrsynth/matrix';
import { setRows } from './set-rows.ts';

/** A code in the first half of the visits, in the second, and on a later day again. */
const PARTS_A_CODE = 3;
/** Steps of what is counted, each for twice as much. */
const STEPS = 16;

/**
 * Histories as sets of features that do not depend on where exactly a visit stands: each code with the half of the visits that it is
 * in, and whether it comes again on a later day; the classes of the visits; and how many visits, days from first to last, and median
 * days between visits there are, by steps that double.
 */
export function featureRows(sides: readonly Histories[]): CodeMatrix[] {
  const codes = sides[0].dictionary.codes.length;
  return setRows(sides, ({ arrays }) => {
    const { visitStarts, eventStarts, code, day, firstDay, visitClass } = arrays;
    return (patient, found) => {
      const [first, end] = [visitStarts[patient], visitStarts[patient + 1]];
      const seen = new Map<number, number>();
      const gaps: number[] = [];
      for (let visit = first; visit < end; visit++) {
        const half = 2 * (visit - first) < end - first ? 0 : 1;
        for (let at = eventStarts[visit]; at < eventStarts[visit + 1]; at++) {
          found(code[at] * PARTS_A_CODE + half);
          const before = seen.get(code[at]);
          if (before === undefined) seen.set(code[at], day[at]);
          else if (day[at] > before) found(code[at] * PARTS_A_CODE + 2);
        }
        found(codes * PARTS_A_CODE + STEPS * 3 + visitClass[visit]);
        if (visit > first) gaps.push(firstDay[visit] - firstDay[visit - 1]);
      }
      const median = gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
      const span = end > first && firstDay[first] !== NO_DAY ? firstDay[end - 1] - firstDay[first] : 0;
      [end - first, span, median].forEach((count, kind) => {
        for (let step = 0; step < STEPS && count >= 2 ** step; step++)
          found(codes * PARTS_A_CODE + STEPS * kind + step);
      });
    };
  });
}
