import {
  type CodeIdentifier,
  type Matched,
  NameMatcher,
  NoSuchColumnsError,
  FrameError,
  type Wide,
} from '@ehrsynth/frames';
import { type Column, type Encoder, firstCodeOf } from '@ehrsynth/matrix';
import { numberText } from '@ehrsynth/statistics';

/** Which of a cohort's columns those of a file are, and what there is to say of it. */
export interface MatchedColumns extends Matched {
  notes: string[];
}

/**
 * Finds the cohort's columns of a file by their names: as they stand, else as the code that they are counted in (E11.9 in E11). Columns
 * without names are the cohort's in its order, if their number fits.
 * @throws NoSuchColumnsError, FrameError
 */
export function matchColumns(wide: Wide, encoder: Encoder, identifier: CodeIdentifier): MatchedColumns {
  const { columns } = encoder;
  if (!wide.names) return inOrder(wide, columns);
  const { names } = wide;
  const matched = new NameMatcher(columns).match(names);
  const met = new Set(matched.columns);
  const unmatched = matched.unmatched.filter((at) => {
    const meant = identifier.resolve(names[at]);
    const place = 'fault' in meant ? undefined : encoder.columnOf(meant);
    matched.columns[at] = place;
    met.add(place);
    return place === undefined;
  });
  if (!columns.some(({ kind }, place) => kind !== 'demographic' && met.has(place)))
    throw new NoSuchColumnsError(
      wide.path,
      names,
      columns.slice(firstCodeOf(columns)).map(({ code }) => code),
    );
  return { ...matched, unmatched, missing: matched.missing.filter((place) => !met.has(place)), notes: [] };
}

function inOrder({ path, width }: Wide, columns: readonly Column[]): MatchedColumns {
  const firstCode = firstCodeOf(columns);
  const from = width === columns.length ? 0 : firstCode;
  if (width !== columns.length - from)
    throw new FrameError(
      `The matrix has ${width} columns without names, and the cohort has ${columns.length}, ${columns.length - firstCode} of them codes`,
      path,
      'Give the names of its columns (--names FILE), or a matrix with the columns of columns.json in the cohort, in their order.',
    );
  const what = from === 0 ? 'columns' : 'codes, without the demographics';
  return {
    columns: Array.from({ length: width }, (_, i) => from + i),
    unmatched: [],
    ambiguous: [],
    missing: Array.from({ length: from }, (_, i) => i),
    prefixes: new Map(),
    notes: [
      `The columns of the synthetic file have no names: they were read as the cohort's ${numberText(width)} ${what}, in its order.`,
    ],
  };
}
