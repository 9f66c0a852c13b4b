import { type ColumnTargets, isHoldout, leastDaysOfBands } from '@ehrsynth/matrix';
import { type CodedPatients, put } from '@ehrsynth/omop';

/** How many patients there are, and how many of them are held out. */
export interface Split {
  patients: number;
  holdout: number;
}

/** Draws who is held out by ids and seed, as for records, and sends their numbers as the table `held_out`, which is there where a source splits itself. */
export async function sendHoldout({ database, split }: CodedPatients, holdout: number, seed: number): Promise<Split> {
  if (split) return split;
  const heldOut: bigint[] = [];
  let patients = 0;
  const ids = database.stream<[bigint, string]>('SELECT person_id, record_id FROM coded_people');
  for await (const [person, id] of ids) {
    patients++;
    if (isHoldout(id, holdout, seed)) heldOut.push(person);
  }
  await put(database, 'held_out', { person_id: { type: 'BIGINT', values: heldOut } });
  return { patients, holdout: heldOut.length };
}

/** Makes `coded_entries`: the columns of each person (person_id, col, n), after `sendCandidates`. */
export async function addEntries({ database }: CodedPatients): Promise<void> {
  const bands = leastDaysOfBands()
    .map((days, band) => `WHEN days >= ${days} THEN ${band}`)
    .reverse();
  await database.run(`
    CREATE ${database.temporary}TABLE coded_entries AS
    SELECT person_id, col, CAST(sum(times) AS INTEGER) AS n FROM (
      SELECT c.person_id, m.col, c.times FROM coded_events c JOIN place_columns m ON m.place = c.place
      UNION ALL SELECT p.person_id, l.sex_col AS col, 1 AS times FROM coded_people p JOIN look_columns l ON l.look = p.look
      UNION ALL SELECT p.person_id, l.race_col AS col, 1 AS times FROM coded_people p JOIN look_columns l ON l.look = p.look
        WHERE l.race_col IS NOT NULL
      UNION ALL SELECT person_id, CASE ${bands.join(' ')} END AS col, 1 AS times FROM coded_people WHERE days IS NOT NULL
    ) e GROUP BY person_id, col`);
}

const TRAINING = 'LEFT JOIN held_out h ON h.person_id = e.person_id WHERE h.person_id IS NULL';

/** Of each column that somebody has: its place, the training patients that have it, and their events. */
export async function countColumns({
  database,
}: CodedPatients): Promise<{ col: number; training: number; events: number }[]> {
  const isTraining = 'CASE WHEN h.person_id IS NULL THEN';
  const rows = await database.all<Record<'col' | 'training' | 'events', number | bigint>>(`
    SELECT e.col, sum(${isTraining} 1 ELSE 0 END) AS training, sum(${isTraining} e.n ELSE 0 END) AS events
    FROM coded_entries e LEFT JOIN held_out h ON h.person_id = e.person_id GROUP BY e.col ORDER BY e.col`);
  return rows.map(({ col, training, events }) => ({
    col: Number(col),
    training: Number(training),
    events: Number(events),
  }));
}

/** How many training patients have what columns are counted in. @param cols the columns' own places */
export async function countTargets(
  { database }: CodedPatients,
  cols: readonly number[],
  { target, columns }: ColumnTargets,
  table: string,
): Promise<Int32Array> {
  await put(database, table, {
    col: { type: 'INTEGER', values: cols },
    target: { type: 'INTEGER', values: [...target] },
  });
  const rows = await database.all<{ target: number | bigint; patients: number | bigint }>(`
    SELECT target, count(*) AS patients FROM (
      SELECT DISTINCT t.target, e.person_id FROM coded_entries e JOIN ${table} t ON t.col = e.col ${TRAINING}
    ) d GROUP BY target`);
  const counts = new Int32Array(columns);
  for (const row of rows) if (Number(row.target) >= 0) counts[Number(row.target)] = Number(row.patients);
  return counts;
}

/** How many training patients have each text beside a code. */
export async function countTexts({ database }: CodedPatients, texts: number): Promise<number[]> {
  const counts = new Array<number>(texts).fill(0);
  if (texts === 0) return counts;
  const rows = await database.all<{ text: number | bigint; patients: number | bigint }>(`
    SELECT text, count(*) AS patients FROM (
      SELECT DISTINCT m.text, e.person_id FROM coded_events e JOIN place_columns m ON m.place = e.place ${TRAINING} AND m.text IS NOT NULL
    ) d GROUP BY text`);
  for (const { text, patients } of rows) counts[Number(text)] = Number(patients);
  return counts;
}

/** The table of columns that a cohort keeps: col, place. */
export const KEPT_COLUMNS = 'kept_columns';

/**
 * SQL of the entries in the columns that are kept (person_id, place, n), after these were sent.
 * @param isMerged whether several columns may go to one place
 */
export function entriesByPlace(isMerged: boolean, columns = KEPT_COLUMNS): string {
  const entries = `FROM coded_entries e JOIN ${columns} k ON k.col = e.col`;
  if (!isMerged) return `SELECT e.person_id, k.place, e.n ${entries}`;
  return `SELECT e.person_id, k.place, CAST(sum(e.n) AS INTEGER) AS n ${entries} GROUP BY e.person_id, k.place`;
}

/** SQL of the rows in the order of persons: id, whether it is held out, its entries as `column` or `column count`, with commas. */
export function rowsSql(isMerged: boolean, columns = KEPT_COLUMNS): string {
  const entry = "CAST(place AS VARCHAR) || CASE WHEN n = 1 THEN '' ELSE ' ' || CAST(n AS VARCHAR) END";
  return `
  SELECT p.record_id AS id, CASE WHEN h.person_id IS NULL THEN 0 ELSE 1 END AS is_held_out, r.entries
  FROM coded_people p
    LEFT JOIN held_out h ON h.person_id = p.person_id
    LEFT JOIN (
      SELECT person_id, string_agg(${entry}, ',') AS entries FROM (${entriesByPlace(isMerged, columns)}) e GROUP BY person_id
    ) r ON r.person_id = p.person_id
  ORDER BY p.person_id`;
}

/** The columns and counts of a row as `rowsSql` has them. */
export function entriesOf(text: string | null): [column: number, count: number][] {
  if (text === null) return [];
  return text.split(',').map((entry) => {
    const [column, count = '1'] = entry.split(' ');
    return [Number(column), Number(count)];
  });
}
