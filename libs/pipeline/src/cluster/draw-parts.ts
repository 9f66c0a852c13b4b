import { type SparkSession, sparkText } from '@ehrsynth/spark';
import { ShapeNotFilledError } from '../errors.ts';
import type { Range } from '../generation/draw-chunks.ts';
import type { ShapeOptions } from '../generation/shape-options.ts';
import type { ShapeDrawing } from '../generation/shaped-patients.ts';
import { coresOf } from './cluster.ts';
import { PartReceipt, type PartRequest, type PartShape, RECEIPT } from './generate-task.ts';
import type { Stored } from './place.ts';

/** Rows that one thread draws together: parts begin at a multiple where they are large enough. */
const BLOCK = 1000;
/** Rows of a task, at most: some minutes of work, of which little is lost where a machine is. */
const MOST_OF_TASK = 10_000;

/** What a run has its parts drawn by. */
export interface Drawing {
  session: SparkSession;
  /** Where their rows go. */
  staging: Stored;
  /** What all parts are asked. */
  request: Omit<PartRequest, 'part' | 'range' | 'shape'>;
  /** Tasks that are to share the work. */
  tasks?: number;
  /** Has parts drawn. @param lines a request each @param adds whether the staging has rows already that stay */
  draw(lines: string, tasks: number, adds: boolean): Promise<void>;
}

/** What was drawn. */
export interface Drawn {
  /** The rows of the staging that count. */
  staged: Stored;
  tasks: number;
}

/** Draws all rows of a run. */
export async function drawAll(drawing: Drawing): Promise<Drawn> {
  const { session, staging, request } = drawing;
  const range: Range = [0, request.number];
  const tasks = partsOf(range, drawing.tasks ?? (await tasksFor(session, request.number)));
  await drawing.draw(requestsQuery(request, range, tasks), tasks, false);
  return { staged: staging, tasks };
}

/** View of the session: the rows of the parts that count. */
const STAGED = 'ehrsynth_staged';

/**
 * Draws patients of a shape: those that one machine takes, which draws one row after another until it has enough. Whether a row is taken
 * depends on no other, so tasks draw ranges of rows, in rounds of as many rows as should yield what is missing. The rows of the part that
 * reaches the number, and of those behind it, are not used: one last part draws that range again, and stops at the last patient.
 * @param number of patients
 * @throws ShapeNotFilledError where all rows that may be drawn do not do
 */
export async function drawShape(
  drawing: Drawing,
  number: number,
  { where, setPrevalence, balance }: ShapeOptions,
  { plan, mostDraws }: Pick<ShapeDrawing, 'plan' | 'mostDraws'>,
): Promise<Drawn> {
  const { session, staging } = drawing;
  const shape: PartShape = { where, setPrevalence, balance, weights: plan.weights };
  /** Rows of the staging that are not used, in SQL. */
  let unused = 'false';
  let { share } = plan;
  /** The next row, the number of the next part, the patients so far. */
  let [next, part, taken] = [0, 0, 0];
  const draw = async (range: Range, tasks: number, own: PartShape): Promise<PartReceipt[]> => {
    const request = { ...drawing.request, shape: own };
    await drawing.draw(requestsQuery(request, range, tasks, part), tasks, part > 0);
    const rows = await session.all<{ row: string }>(
      `SELECT row FROM ${staging.from} WHERE dataset = '${RECEIPT}' AND part >= ${part} ORDER BY part`,
    );
    part += tasks;
    return rows.map(({ row }) => PartReceipt.parse(JSON.parse(row)));
  };
  for (;;) {
    const wanted = Math.ceil((number - taken) / share);
    if (wanted <= BLOCK || next === mostDraws) break;
    const end = Math.min(mostDraws, Math.ceil((next + wanted) / BLOCK) * BLOCK);
    const tasks = partsOf([next, end], drawing.tasks ?? (await tasksFor(session, end - next)));
    const first = part;
    const receipts = await draw([next, end], tasks, shape);
    const enough = receipts.findIndex(({ patients }) => (taken += patients) >= number);
    if (enough === -1) {
      [next, share] = [end, Math.max(taken, 1) / end];
      continue;
    }
    taken -= receipts[enough].patients;
    next = receipts[enough].range[0];
    unused = `part BETWEEN ${first + enough} AND ${part - 1}`;
    break;
  }
  if (next < mostDraws) {
    const [last] = await draw([next, mostDraws], 1, { ...shape, most: number - taken });
    taken += last.patients;
  }
  if (taken < number) throw new ShapeNotFilledError(taken, number, mostDraws);
  await session.run(
    `CREATE OR REPLACE TEMPORARY VIEW ${STAGED} AS SELECT * FROM ${staging.from} WHERE NOT (${unused})`,
  );
  return { staged: { ...staging, from: STAGED }, tasks: part };
}

/** As many as the cluster does at once, where each has a block to draw; more where each would have too much. */
async function tasksFor(session: SparkSession, rows: number): Promise<number> {
  const cores = await coresOf(session);
  return Math.max(Math.min(cores, Math.ceil(rows / BLOCK)), Math.ceil(rows / MOST_OF_TASK));
}

/** Rows that parts consist of: whole blocks where there are enough of them. */
function unitOf([first, end]: Range, tasks: number): number {
  return end - first >= tasks * BLOCK ? BLOCK : 1;
}

/** How many parts so many tasks are: none is empty. */
function partsOf(range: Range, tasks: number): number {
  return Math.min(tasks, Math.ceil((range[1] - range[0]) / unitOf(range, tasks)));
}

/** A line for each part: its share of the rows. */
function requestsQuery(
  request: Omit<PartRequest, 'part' | 'range'>,
  range: Range,
  tasks: number,
  firstPart = 0,
): string {
  const [first, end] = range;
  const unit = unitOf(range, tasks);
  const units = Math.ceil((end - first) / unit);
  const row = (place: string) => `least(${end}, ${first} + (${place} * ${units} div ${tasks}) * ${unit})`;
  const fields = sparkText(JSON.stringify(request).slice(1));
  const part = `id + ${firstPart}`;
  return `SELECT concat('{"part":', ${part}, ',"range":[', ${row('id')}, ',', ${row('(id + 1)')}, '],', ${fields}) AS line FROM range(0, ${tasks}, 1, ${tasks})`;
}
