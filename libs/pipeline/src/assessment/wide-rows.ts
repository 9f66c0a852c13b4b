import { type CodeIdentifier, FrameError, requireRow, type Wide, type WideRow } from '@ehrsynth/frames';
import {
  type CodeMatrix,
  type Column,
  columnGroups,
  columnKey,
  demographicColumns,
  type Encoder,
  firstCodeOf,
  MatrixBuilder,
} from '@ehrsynth/matrix';
import { type Running, untilStopped } from '../run/events.ts';
import {
  cellNotes,
  missingLevelNotes,
  missingNotes,
  prefixNotes,
  unmatchedNotes,
  withoutGroupNotes,
} from './frame-notes.ts';
import { matchColumns, type MatchedColumns } from './match-columns.ts';

/** Synthetic rows as a cohort's columns have them. */
export interface WideRows {
  matrix: CodeMatrix;
  /** Whether the rows say something of the cohort's column, by its place; the others are to be left out on both sides. */
  isCompared: boolean[];
  notes: string[];
}

export interface WideRowsOptions {
  encoder: Encoder;
  identifier: CodeIdentifier;
  /** Codes that the file has no column for are left out on both sides, or counted as never generated. */
  missing: 'count' | 'leave-out';
}

/** Reads a matrix of another program as rows of a cohort's columns. @throws NoSuchColumnsError, FrameError */
export async function wideRows(
  wide: Wide,
  { encoder, identifier, missing }: WideRowsOptions,
  running: Running,
): Promise<WideRows> {
  const { columns } = encoder;
  const matched = matchColumns(wide, encoder, identifier);
  const reader = new RowReader(wide, columns, matched);
  for await (const row of untilStopped(wide.rows(), running)) reader.add(row);
  const matrix = reader.builder.build();
  if (matrix.rows === 0)
    throw new FrameError('The file has no rows', wide.path, 'Give a file with synthetic patients.');
  const isGiven = new Set([...matched.columns, ...reader.valued]);
  const absent = columnGroups(columns).filter(
    ({ start, end }) => !columns.some((_, i) => i >= start && i < end && isGiven.has(i)),
  );
  const missingCodes = new Set(matched.missing.filter((place) => columns[place].kind !== 'demographic'));
  const isLeftOut = missing === 'leave-out';
  const isAbsent = (place: number) => absent.some(({ start, end }) => place >= start && place < end);
  const levels = columns.filter(({ kind }, place) => kind === 'demographic' && !isGiven.has(place) && !isAbsent(place));
  return {
    matrix,
    isCompared: columns.map((_, place) => !isAbsent(place) && !(isLeftOut && missingCodes.has(place))),
    notes: [
      ...matched.notes,
      ...withoutGroupNotes(absent.map(({ name }) => name)),
      ...missingLevelNotes(levels),
      ...missingNotes(
        [...missingCodes].map((place) => columns[place]),
        columns.length - firstCodeOf(columns),
        isLeftOut ? 'is left out' : 'has no column',
      ),
      ...unmatchedNotes(
        reader.unmatched,
        matched.ambiguous.map((at) => wide.names![at]),
        'row',
      ),
      ...prefixNotes(matched.prefixes),
      ...cellNotes(wide.notes),
    ],
  };
}

/** Gathers rows, and what in them no column answers to. */
class RowReader {
  readonly builder: MatrixBuilder;
  /** Rows that have each name that is no column of the cohort. */
  readonly unmatched = new Map<string, number>();
  /** Demographic columns that rows have by values: all of the group that a value is of. */
  readonly valued = new Set<number>();
  private readonly places: Map<string, number>;

  constructor(
    private readonly wide: Wide,
    private readonly columns: readonly Column[],
    private readonly matched: MatchedColumns,
  ) {
    this.builder = new MatrixBuilder(columns);
    this.places = new Map(columns.map((column, place) => [columnKey(column), place]));
    for (const at of matched.unmatched) this.unmatched.set(wide.names![at], 0);
  }

  add(row: WideRow): void {
    requireRow(row);
    const { wide, columns, matched, unmatched, builder } = this;
    const entries = this.demographics(row).map((place): [number, number] => [place, 1]);
    for (const [at, count] of row.counts) {
      const place = matched.columns[at];
      const name = wide.names?.[at] ?? '';
      if (place === undefined) {
        if (unmatched.has(name)) unmatched.set(name, unmatched.get(name)! + 1);
      } else if (columns[place].kind !== 'demographic') entries.push([place, count]);
      else if (entries.some(([other]) => isOfGroup(columns, other, place))) note(wide, columns[place]);
      else entries.push([place, 1]);
    }
    builder.addEntries(row.id ?? String(this.number++), entries);
  }

  private number = 1;

  private demographics({ sex, age, race }: WideRow): number[] {
    const person = { id: '-', sex: sex ?? 'unknown', age, race, encounters: [], events: [] };
    return demographicColumns(person).flatMap((column) => {
      if (column.system === 'sex' && sex === undefined) return [];
      const place = this.places.get(columnKey(column));
      if (place === undefined) return [];
      this.valued.add(place);
      return [place];
    });
  }
}

function isOfGroup(columns: readonly Column[], other: number, place: number): boolean {
  return columns[other].kind === 'demographic' && columns[other].system === columns[place].system;
}

function note({ notes }: Wide, { system }: Column): void {
  const what = `rows with more than one ${system}, of which the first was read`;
  notes.set(what, (notes.get(what) ?? 0) + 1);
}
