import type { DecodedRow, Decoder } from '@ehrsynth/decode';
import { columnKey } from '@ehrsynth/matrix';
import { planShape, reshaped, type ShapePlan, type Synthesizer } from '@ehrsynth/models';
import { percent } from '@ehrsynth/statistics';
import { type AskedShape, shapeOf, type ShapeOptions } from './shape-options.ts';
import { table, text } from './table.ts';

/** How near reshaped patients came to what was asked. */
export interface ShapeReport {
  where: string;
  pilot: number;
  matching: number;
  effective: number;
  drawn: number;
  taken: number;
  margins: { name: string; cell: string; target: number; reached: number }[];
}

/** Patients of a shape, without end, and a report of those that were taken so far. @throws ShapeOptionError, UserError */
export async function shapedPatients(
  model: Synthesizer,
  decoder: Decoder,
  options: ShapeOptions & { seed: number },
): Promise<{ patients: AsyncGenerator<DecodedRow>; report: () => ShapeReport }> {
  const shape = shapeOf(model.columns, options);
  const plan = await planShape(model, shape, options.seed);
  const counts = shape.margins.map(({ cells }) => cells.map(() => 0));
  const state = { drawn: 0, taken: 0 };
  return {
    patients: take(model, decoder, shape, plan, options.seed, counts, state),
    report: () => ({
      where: shape.name,
      pilot: plan.pilot,
      matching: plan.matching,
      effective: plan.effective,
      ...state,
      margins: shape.margins.flatMap(({ name, cells, targets }, i) =>
        cells.map((cell, j) => ({ name, cell, target: targets[j], reached: counts[i][j] / Math.max(1, state.taken) })),
      ),
    }),
  };
} // prettier-ignore

async function* take(
  model: Synthesizer,
  decoder: Decoder,
  shape: AskedShape,
  plan: ShapePlan,
  seed: number,
  counts: number[][],
  state: { drawn: number; taken: number },
): AsyncGenerator<DecodedRow> {
  const index = new Map(model.columns.map((column, i) => [columnKey(column), i]));
  for await (const { row, entries } of reshaped(model, plan, seed, (drawn) => (state.drawn = drawn))) {
    const decoded = decoder.decode(row, entries);
    // Mending may have changed the sex or left a code out, and the age within the band is known only now.
    const columns = new Set(decoded.entries.map(([column]) => index.get(columnKey(column))!));
    const cells = shape.margins.map(({ cellOf }) => cellOf(columns));
    if (!shape.isWanted(columns) || !shape.isRecordWanted(decoded.record) || cells.includes(-1)) continue;
    state.taken++;
    cells.forEach((cell, i) => counts[i][cell]++);
    yield decoded;
  }
}

export function shapeReport({ where, pilot, matching, effective, drawn, taken, margins }: ShapeReport): string {
  const head =
    `Reshaped (${where}): ${text(taken)} of ${text(drawn)} patients that the model drew were taken; of ${text(pilot)} drawn to plan it, ` +
    `${text(matching)} were such, worth ${text(Math.round(effective))} even ones (effective sample size)`;
  if (margins.length === 0) return head;
  return `${head}\n${table(['', '', 'wanted', 'reached'], margins.map(({ name, cell, target, reached }) => [name, cell, percent(target), percent(reached)]))}`;
} // prettier-ignore
