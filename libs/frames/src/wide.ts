import { type Database } from '@ehrsynth/duckdb';
import { type ForeignRows, readForeignRows } from '@ehrsynth/matrix';
import type { Sex } from '@ehrsynth/records';
import { ageOf, countOf, isEmpty, originOf, sexOf } from './cells.ts';
import { FrameError } from './errors.ts';
import type { Layout, Role } from './roles.ts';
import { column, placeOf, selected, type Table } from './table.ts';

/** A row of a matrix of patients × columns. */
export interface WideRow {
  /** The patient's id in the file; undefined where it has none. */
  id?: string;
  /** File and line. */
  where: string;
  sex?: Sex;
  age?: number;
  race?: string;
  ethnicity?: string;
  /** Place among the names of the columns, and count, of what is not 0. */
  counts: [column: number, count: number][];
  /** Why the row cannot be read, and where. */
  fault?: { reason: string; where: string };
}

/** A matrix of patients × columns in a file. */
export interface Wide {
  path: string;
  /** Columns of counts by name; undefined where they have none. */
  names?: string[];
  width: number;
  /** What else the table has of each patient. */
  roles: Layout['roles'];
  rows: () => AsyncGenerator<WideRow>;
  /** What was not understood or was empty, by what it was: filled as rows are read. */
  notes: Map<string, number>;
}

export const NO_COUNT = 'not a count';
const TODO =
  'Counts must be whole numbers of at least 0, or true or false. Round other numbers, or draw 0 or 1 from probabilities, first.';

/** An error of the row, where it has one. @throws FrameError */
export function requireRow({ fault }: WideRow): void {
  if (fault) throw new FrameError(fault.reason, fault.where, TODO);
}

/** A table with a column for each code. */
export function wideTable(table: Table, { roles }: Layout, database: Database): Wide {
  const ofRole = new Map(Object.entries(roles).map(([role, name]) => [name, role as Role]));
  const names = table.names.filter((name) => !ofRole.has(name));
  const notes = new Map<string, number>();
  async function* rows(): AsyncGenerator<WideRow> {
    const persons = table.names.filter((name) => ofRole.has(name));
    const expressions = [
      ...persons.map((name) => `CAST(${column(table, name)} AS VARCHAR)`),
      ...names.map((name) => column(table, name)),
    ];
    let number = 0;
    for await (const chunk of selected(database, table, expressions)) {
      const height = chunk[0].length;
      for (let i = 0; i < height; i++, number++) {
        const row: WideRow = { where: placeOf(table, number), counts: [] };
        persons.forEach((name, at) => readPerson(row, ofRole.get(name)!, chunk[at][i], notes));
        for (let at = 0; at < names.length; at++) {
          const count = countOf(chunk[persons.length + at][i]);
          if (count === 0) continue;
          if (count === 'empty') note(notes, 'empty cells, read as 0');
          else if (count === 'fault') row.fault ??= { reason: NO_COUNT, where: placeOf(table, number, names[at]) };
          else row.counts.push([at, count]);
        }
        yield row;
      }
    }
  }
  return { path: table.path, width: names.length, ...(table.isNamed && { names }), roles, rows, notes };
}

/** A matrix of NumPy or SciPy. @param names of its columns, where they are known @throws BrokenMatrixError, FrameError, UserError */
export async function wideArray(path: string, names?: string[]): Promise<Wide> {
  const matrix = await readForeignRows(path);
  const { width } = matrix;
  if (names && names.length !== width)
    throw new FrameError(
      `The matrix has ${width} columns, but ${names.length} names were given`,
      path,
      'Give one name for each column, in their order.',
    );
  return { path, width, ...(names && { names }), roles: {}, rows: () => arrayRows(path, matrix), notes: new Map() };
}

async function* arrayRows(path: string, { rows, indptr, indices, values }: ForeignRows): AsyncGenerator<WideRow> {
  for (let number = 0; number < rows; number++) {
    const row: WideRow = { where: `${path}, row ${number + 1}`, counts: [] };
    for (let at = indptr[number]; at < indptr[number + 1]; at++) {
      const count = countOf(values[at]);
      const where = `${row.where}, column ${indices[at] + 1}`;
      if (typeof count !== 'number') row.fault ??= { reason: NO_COUNT, where };
      else if (count > 0) row.counts.push([indices[at], count]);
    }
    yield row;
  }
}

/** Reads a cell that says something of the patient. */
export function readPerson(
  row: Pick<WideRow, 'id' | 'sex' | 'age' | 'race' | 'ethnicity'>,
  role: Role,
  value: unknown,
  notes: Map<string, number>,
): void {
  if (isEmpty(value)) return;
  switch (role) {
    case 'id':
      row.id = String(value);
      return;
    case 'sex':
      row.sex = sexOf(value);
      if (row.sex === undefined) note(notes, 'sex not understood (write male, female)');
      return;
    case 'age':
      row.age = ageOf(value);
      if (row.age === undefined) note(notes, 'age that is not a number of years');
      return;
    case 'race':
    case 'ethnicity': {
      const origin = originOf(value);
      if (!origin) note(notes, `${role} not understood (write its CDC code or its name)`);
      row.race ??= origin?.race;
      row.ethnicity ??= origin?.ethnicity;
    }
  }
}

export function note(notes: Map<string, number>, what: string, times = 1): void {
  notes.set(what, (notes.get(what) ?? 0) + times);
}
