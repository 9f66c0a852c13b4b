import { plainName, READ_TABLES } from '../cdm/tables.ts';
import { knownColumns } from '../files/csv-columns.ts';
import type { Source } from './source.ts';

const SHOWN = 8;
/** What a column is called that has no name, or the name of another before it. */
const WITHOUT_NAME = /^(column_?\d*|unnamed: ?\d+|index)?$/i;
const SECOND = /_again$/;

/** Notes of each table the columns that the CDM does not have, with the columns that they may be meant for. */
export function noteUnknownColumns({ columns, where, notes }: Source): void {
  for (const [table, own] of columns) {
    const known = new Set(knownColumns(table, [...own]));
    const others = [...own].filter((name) => !known.has(name) && !WITHOUT_NAME.test(name));
    const seconds = others.filter((name) => SECOND.test(name) && own.has(name.replace(SECOND, '')));
    const note = (reason: string, names: string[]) =>
      names.length > 0 &&
      notes.push({
        reason: `${reason}: ${shortList(names)}`,
        resourceType: table,
        where: where.get(table) ?? table,
        detail: names.join(', '),
      });
    note(
      `columns of ${table} that stand twice in the header, the second not read`,
      seconds.map((name) => name.replace(SECOND, '')),
    );
    const all = READ_TABLES[table].columns
      .map(({ name }) => plainName(name))
      .sort((a, b) => a.split('_').length - b.split('_').length);
    note(
      `columns of ${table} that are none of the CDM, not read`,
      others
        .filter((name) => !seconds.includes(name))
        .map((name) => {
          const meant = all.find((one) => sameWords(name, one)) ?? nearest(name, all);
          return meant && !own.has(meant) ? `${name} (meant for ${meant}?)` : name;
        }),
    );
  }
}

function shortList(names: string[]): string {
  return names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
    : names.join(', ');
}

/** Whether the one's words, some cut short, are words of the other in their order: visit_id, condition_source_val. */
function sameWords(name: string, column: string): boolean {
  const words = name.split(/[^a-z0-9]+/).filter(Boolean);
  if (words.length < 2) return false;
  let at = 0;
  for (const word of column.split('_')) if (at < words.length && word.startsWith(words[at])) at++;
  return at === words.length;
}

/** The column whose letters differ least, where few do. */
function nearest(name: string, columns: string[]): string | undefined {
  const plain = name.replaceAll(/[^a-z0-9]/g, '');
  let best: { column?: string; distance: number } = {
    distance: Math.min(3, Math.floor(plain.length / 4)) + 1,
  };
  for (const column of columns) {
    const distance = editDistance(plain, column.replaceAll('_', ''));
    if (distance < best.distance) best = { column, distance };
  }
  return best.column;
}

/** Letters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}
