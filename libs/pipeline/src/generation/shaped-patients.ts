import type { DecodedRow } from '@ehrsynth/decode';
import { isReached, type PlanOptions, planShape, reshaped, type ShapePlan } from '@ehrsynth/models';
import { ShapeNotFilledError } from '../errors.ts';
import { type Running, Work } from '../run/events.ts';
import type { Draw, Generation } from './generation.ts';
import { type AskedShape, shapeOf, type ShapeOptions } from './shape-options.ts';

/** How near reshaped patients came to what was asked. */
export interface ShapeReport {
  where: string;
  pilot: number;
  matching: number;
  effective: number;
  drawn: number;
  taken: number;
  /** `isReached`: up to sampling error. */
  margins: { name: string; cell: string; target: number; reached: number; isReached: boolean }[];
}

/** Rows that may be drawn for each patient where nobody says, and in all. */
const DRAWS_PER_PATIENT = 100;
const LEAST_MOST_DRAWS = 1_000_000;

export interface Wanted extends ShapeOptions {
  seed: number;
  number: number;
  mostDraws?: number;
}

/** So many patients of a shape, and a report of those that were taken so far. @throws ShapeOptionError, ShapeNotFilledError, UserError */
export async function shapedPatients(
  generation: Generation,
  wanted: Wanted,
  running: Running = {},
): Promise<{ patients: AsyncGenerator<DecodedRow>; report: () => ShapeReport }> {
  const shape = shapeOf(generation.columns, wanted);
  const { number, seed, mostDraws = Math.max(LEAST_MOST_DRAWS, DRAWS_PER_PATIENT * number) } = wanted;
  const state = { drawn: 0, taken: 0 };
  const progress = new Work(running, 'Planning the sample', 'rows');
  const options: PlanOptions<Draw> = {
    seed,
    rows: number,
    mostDraws,
    // What cannot be is left out of a record: shares are those of the records.
    columnsOf: (draw) => draw.columns(),
    onPilot: (drawn) => progress.update(drawn),
    onDrawn: (drawn) => (state.drawn = drawn),
  };
  const plan = await planShape(generation, shape, options).finally(() => progress.stop());
  const counts = shape.margins.map(({ cells }) => cells.map(() => 0));
  const { pilot, matching, effective } = plan;
  return {
    patients: take(generation, shape, plan, options, counts, state),
    report: () => ({
      where: shape.name,
      pilot,
      matching,
      effective,
      ...state,
      margins: shape.margins.flatMap(({ name, cells, targets }, i) =>
        cells.map((cell, j) => {
          const [target, reached] = [targets[j], counts[i][j] / Math.max(1, state.taken)];
          return {
            name,
            cell,
            target,
            reached,
            isReached: isReached(target, reached, state.taken, effective),
          };
        }),
      ),
    }),
  };
}

async function* take(
  generation: Generation,
  shape: AskedShape,
  plan: ShapePlan,
  options: PlanOptions<Draw>,
  counts: number[][],
  state: { drawn: number; taken: number },
): AsyncGenerator<DecodedRow> {
  for await (const draw of reshaped(generation, plan, options)) {
    const decoded = draw.patient();
    // The age within the band is known only now.
    if (!shape.isRecordWanted(decoded.record)) continue;
    const columns = new Set(decoded.entries.map(([column]) => column));
    state.taken++;
    shape.margins.forEach(({ cellOf }, i) => counts[i][cellOf(columns)]++);
    yield decoded;
    if (state.taken === options.rows) return;
  }
  throw new ShapeNotFilledError(state.taken, options.rows, state.drawn);
}
