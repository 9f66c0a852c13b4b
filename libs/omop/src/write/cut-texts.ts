import type { Row } from '../cdm/own-concepts.ts';
import { plainName, type Table } from '../cdm/tables.ts';

/**
 * Cuts texts of a table's rows that are longer than their columns allow: at characters, as databases count them, so that no half of a
 * pair of UTF-16 is left.
 * @param onCut called with each
 */
export function cutter({ columns }: Table, onCut: (what: string) => void): (row: Row) => Row {
  const limits = columns.flatMap(({ name, type }): [string, number][] => {
    const length = /^varchar\((\d+)\)$/.exec(type)?.[1];
    return length ? [[plainName(name), Number(length)]] : [];
  });
  return (row) => {
    let limited = row;
    for (const [column, length] of limits) {
      const text = row[column];
      if (typeof text !== 'string' || text.length <= length) continue;
      const characters = [...text];
      if (characters.length <= length) continue;
      onCut(`${column} cut to ${length} characters`);
      limited = { ...limited, [column]: characters.slice(0, length).join('') };
    }
    return limited;
  };
}
