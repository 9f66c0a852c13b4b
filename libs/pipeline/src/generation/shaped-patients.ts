import type { DecodedRow } from '@ehrsynth/decode';
import { chanceOf, isReached, planShape, reshaped, type ShapePlan, type ShapeWeights } from '@ehrsynth/models';
import { ShapeNotFilledError } from '../errors.ts';
import { type Running, Work } from '../run/events.ts';
import type { Range } from './draw-chunks.ts';
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

/** What patients of a shape are drawn by. */
export interface ShapeDrawing {
  shape: AskedShape;
  plan: ShapePlan;
  /** Rows that may be drawn. */
  mostDraws: number;
}

/** How many rows were drawn, how many of them taken, and these by the cells of each margin. */
export interface Taken {
  drawn: number;
  taken: number;
  cells: number[][];
}

/** So many patients of a shape, and a report of those that were taken so far. @throws ShapeOptionError, ShapeNotFilledError, UserError */
export async function shapedPatients(
  generation: Generation,
  wanted: Wanted,
  running: Running = {},
): Promise<{ patients: AsyncGenerator<DecodedRow>; report: () => ShapeReport }> {
  const drawing = await planDrawing(generation, wanted, running);
  const { shape, plan, mostDraws } = drawing;
  const { number, seed } = wanted;
  const sum = nothingTaken(shape);
  async function* patients(): AsyncGenerator<DecodedRow> {
    yield* takeFrom(generation, shape, { weights: plan.weights, seed, mostDraws, most: number }, sum);
    if (sum.taken < number) throw new ShapeNotFilledError(sum.taken, number, sum.drawn);
  }
  return { patients: patients(), report: () => reportOf(drawing, sum) };
}

/** Plans what patients of a shape are drawn by, from a pilot sample. @throws what `shapeOf` and `planShape` throw */
export async function planDrawing(generation: Generation, wanted: Wanted, running: Running): Promise<ShapeDrawing> {
  const shape = shapeOf(generation.columns, wanted);
  const { number, seed, mostDraws = Math.max(LEAST_MOST_DRAWS, DRAWS_PER_PATIENT * number) } = wanted;
  const progress = new Work(running, 'Planning the sample', 'rows');
  const options = {
    ...{ seed, rows: number, mostDraws, columnsOf },
    // Shares are of those who stay, not of all in the bands that a condition on the age cuts.
    isRowWanted: shape.cutsBand ? (draw: Draw) => shape.isRecordWanted(draw.preview()) : undefined,
    keepsLooking: wanted.mostDraws !== undefined,
    onPilot: (drawn: number) => progress.update(drawn),
  };
  const plan = await planShape(generation, shape, options).finally(() => progress.stop());
  return { shape, plan, mostDraws };
}

/** Which rows of a model are taken. */
export interface TakeOptions {
  weights: ShapeWeights;
  seed: number;
  /** Rows of the run. */
  mostDraws: number;
  /** Of them only these; each is taken or not for itself, whatever the range. */
  range?: Range;
  /** Patients after which the drawing ends. */
  most?: number;
}

/** Patients of a shape, one after another. @param sum is added to */
export async function* takeFrom(
  generation: Generation,
  shape: AskedShape,
  { weights, seed, mostDraws, range, most }: TakeOptions,
  sum: Taken,
): AsyncGenerator<DecodedRow> {
  const onDrawn = () => void sum.drawn++;
  for await (const draw of reshaped(generation, chanceOf(shape, weights), {
    seed,
    mostDraws,
    range,
    columnsOf,
    onDrawn,
  })) {
    const decoded = draw.patient();
    // The age within the band is known only now.
    if (!shape.isRecordWanted(decoded.record)) continue;
    const columns = new Set(decoded.entries.map(([column]) => column));
    sum.taken++;
    shape.margins.forEach(({ cellOf }, i) => sum.cells[i][cellOf(columns)]++);
    yield decoded;
    if (sum.taken === most) return;
  }
}

export function nothingTaken({ margins }: AskedShape): Taken {
  return { drawn: 0, taken: 0, cells: margins.map(({ cells }) => cells.map(() => 0)) };
}

export function reportOf({ shape, plan }: Pick<ShapeDrawing, 'shape' | 'plan'>, sum: Taken): ShapeReport {
  const { pilot, matching, effective } = plan;
  const { drawn, taken } = sum;
  const margins = shape.margins.flatMap(({ name, cells, targets }, i) =>
    cells.map((cell, j) => {
      const [target, reached] = [targets[j], sum.cells[i][j] / Math.max(1, taken)];
      return { name, cell, target, reached, isReached: isReached(target, reached, taken, effective) };
    }),
  );
  return { where: shape.name, pilot, matching, effective, drawn, taken, margins };
}

/** What cannot be is left out of a record: shares are those of the records. */
function columnsOf(draw: Draw): readonly number[] {
  return draw.columns();
}
