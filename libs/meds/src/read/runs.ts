import type { Tally } from '@ehrsynth/records';
import { asReadingError } from '../errors.ts';
import type { FileRows, Row } from './rows.ts';

const NOT_IN_ORDER = 'subject whose rows are not in the order of time, put in order';

/**
 * Rows that stand together and are of one subject; those of nobody are passed over.
 * @param blocks values of some rows at a time, column by column
 * @param name of the file or table that they come from
 */
export async function* runs(
  blocks: AsyncIterable<unknown[][]>,
  { subjectsOf, toRow }: FileRows,
  name: string,
): AsyncGenerator<{ id: bigint; rows: Row[] }> {
  let id: bigint | null = null;
  let rows: Row[] = [];
  try {
    for await (const columns of blocks) {
      const subjects = subjectsOf(columns);
      for (let i = 0; i < subjects.length; i++) {
        if (subjects[i] !== id) {
          if (id !== null) yield { id, rows };
          [id, rows] = [subjects[i], []];
        }
        if (id !== null) rows.push(toRow(columns, i));
      }
    }
  } catch (error) {
    throw asReadingError(name, error);
  }
  if (id !== null) yield { id, rows };
}

/** The rows of a subject in the order of time. */
export function inOrder(rows: Row[], where: string, tally: Tally): Row[] {
  const timeOf = ({ minutes }: Row) => minutes ?? -Infinity;
  const isInOrder = rows.every((row, i) => i === 0 || timeOf(rows[i - 1]) <= timeOf(row));
  if (isInOrder) return rows;
  tally.repair({ reason: NOT_IN_ORDER, resourceType: 'data', where });
  return rows.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0));
}

/** A subject's id, or the id of which it is a hash. */
export function idOf(subject: bigint, rows: Row[]): string {
  return rows.find(({ own }) => own?.source_id)?.own?.source_id ?? String(subject);
}
