import type { Repairs } from '@ehrsynth/decode';
import type { SparkSession } from '@ehrsynth/spark';
import { repairsOfBoth } from '../generation/draw-chunks.ts';
import type { Taken } from '../generation/shaped-patients.ts';
import { CountsDifferError, EnginesDifferError } from './errors.ts';
import { PartReceipt, RECEIPT } from './generate-task.ts';
import type { Stored } from './place.ts';

/** What the parts of a run say together. */
export interface Sums {
  patients: number;
  engine: string;
  repairs?: Repairs;
  shape?: Taken;
  /** Rows by data set of the staging. */
  rows: Record<string, number>;
  errors: Record<string, number>;
  invalid: number;
  keys: Record<string, number>;
  lost: Record<string, number>;
  ownColumns: Record<string, string[]>;
}

/**
 * Reads the receipts of a run's parts, and compares them with what stands in the staging: each part once, each patient in one of them, and
 * as many rows as they say.
 * @throws CountsDifferError, EnginesDifferError
 */
export async function sumsOf(session: SparkSession, staged: Stored, number: number): Promise<Sums> {
  const sums: Sums = { patients: 0, engine: '', rows: {}, errors: {}, invalid: 0, keys: {}, lost: {}, ownColumns: {} };
  const { from, where } = staged;
  const query = `SELECT row FROM ${from} WHERE dataset = '${RECEIPT}' ORDER BY part`;
  let end = 0;
  let parts = 0;
  for await (const [row] of session.stream<[string]>(query)) {
    const part = PartReceipt.parse(JSON.parse(row));
    if (part.range[0] !== end) throw new CountsDifferError(`Rows before part ${part.part}`, part.range[0], end, where);
    end = part.range[1];
    parts++;
    if (sums.engine !== '' && sums.engine !== part.engine) throw new EnginesDifferError([sums.engine, part.engine]);
    sums.engine = part.engine;
    sums.patients += part.patients;
    sums.invalid += part.invalid;
    sums.repairs = repairsOfBoth(sums.repairs, part.repairs);
    if (part.shape) sums.shape = takenOfBoth(sums.shape, part.shape);
    for (const name of ['rows', 'errors', 'keys', 'lost'] as const) add(sums[name], part[name]);
    for (const [table, columns] of Object.entries(part.ownColumns))
      sums.ownColumns[table] = [...new Set([...(sums.ownColumns[table] ?? []), ...columns])].sort();
  }
  if (sums.patients !== number) throw new CountsDifferError('Patients', number, sums.patients, where);
  const counted = await session.all<{ dataset: string; rows: bigint }>(
    `SELECT dataset, count(*) AS rows FROM ${from} GROUP BY dataset`,
  );
  const found = new Map(counted.map(({ dataset, rows }) => [dataset, Number(rows)]));
  for (const [name, rows] of Object.entries({ ...sums.rows, [RECEIPT]: parts })) {
    if (found.get(name) !== rows) throw new CountsDifferError(`Rows of ${name}`, rows, found.get(name) ?? 0, where);
    found.delete(name);
  }
  for (const [name, rows] of found) throw new CountsDifferError(`Rows of ${name}`, 0, rows, where);
  return sums;
}

function takenOfBoth(one: Taken | undefined, { drawn, taken, cells }: Taken): Taken {
  if (!one) return { drawn, taken, cells };
  return {
    drawn: one.drawn + drawn,
    taken: one.taken + taken,
    cells: cells.map((own, i) => own.map((count, j) => one.cells[i][j] + count)),
  };
}

function add(sums: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
}
