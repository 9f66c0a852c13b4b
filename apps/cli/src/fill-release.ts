import { join } from 'node:path';
import type { EngineName } from '@ehrsynth/engine';
import { loadMatrix, MatrixWriter } from '@ehrsynth/matrix';
import { type Candidate, fillClasses, type Filling, type Policy } from '@ehrsynth/release';
import type { DecodedRow } from '@ehrsynth/decode';
import { SmallClassesError } from './errors.ts';
import { type Generation, openGeneration } from './generation.ts';
import { Progress } from './progress.ts';
import { type AskedShape, shapeOf, type ShapeOptions } from './shape-options.ts';
import type { ShapeReport } from './shaped-patients.ts';
import { readRecords, RecordsWriter } from './records-file.ts';
import type { RunRecord } from './run-folder.ts';

interface FillOptions {
  engine: EngineName | 'auto';
  mostDraws: number;
  suppress: boolean;
}

/**
 * Writes records and matrix of a generated folder into another, with further patients of its small classes: those that the same run
 * would have drawn after its last.
 * @throws SmallClassesError where classes stay small and are not to be left out
 */
export async function fillRelease(
  synth: string,
  folder: string,
  generated: RunRecord,
  modelFolder: string,
  asked: NonNullable<Policy['k-anonymity']>,
  { engine, mostDraws, suppress }: FillOptions,
): Promise<{ filling: Filling; suppressed: number }> {
  const matrix = await loadMatrix(synth);
  const seed = Number(generated.options.seed);
  const generation = await openGeneration(modelFolder, seed, engine);
  const { k, 'quasi-identifiers': quasiIdentifiers } = asked;
  const progress = new Progress('Filling classes', 'rows drawn');
  const from = (generated.counts.shape as ShapeReport | undefined)?.drawn ?? Number(generated.options.number);
  const shape = shapeOf(matrix.columns, generated.options as ShapeOptions);
  const candidates = continued(generation, shape, seed, from, mostDraws, (drawn) => progress.update(drawn));
  const { filling, added } = await fillClasses(matrix, { k, quasiIdentifiers }, candidates);
  progress.stop();
  // A release of nobody is none, whoever allows it.
  const isEmpty = filling.left.length === matrix.rows;
  if (filling.left.length > 0 && (!suppress || isEmpty)) throw new SmallClassesError(filling);
  const left = new Set(filling.left.map((row) => matrix.ids[row]));
  const records = new RecordsWriter(join(folder, 'records.ndjson.gz'));
  const writer = new MatrixWriter(folder, matrix.columns);
  writer.addMatrix(matrix.pick([...matrix.ids.keys()].filter((row) => !left.has(matrix.ids[row]))));
  for await (const record of readRecords(join(synth, 'records.ndjson.gz'))) if (!left.has(record.id)) await records.write(record);
  for (const { record, entries } of added) {
    writer.addEntries(record.id, entries);
    await records.write(record);
  }
  await records.close();
  await writer.close();
  return { filling, suppressed: left.size };
} // prettier-ignore

/** The rows that a run draws after its first `from`, those that are of its shape. */
async function* continued(
  { model, decoder }: Generation,
  shape: AskedShape,
  seed: number,
  from: number,
  most: number,
  onDrawn: (drawn: number) => void,
): AsyncGenerator<Candidate<DecodedRow>> {
  for await (const { row, entries } of model.sample(from + most, { seed })) {
    if (row < from) continue;
    onDrawn(row - from + 1);
    const columns = entries.map(([column]) => column);
    if (!shape.isWanted(new Set(columns))) continue;
    yield {
      columns,
      decode: () => {
        const decoded = decoder.decode(row, entries);
        return shape.isRecordWanted(decoded.record)
          ? { entries: decoded.entries, value: decoded }
          : undefined;
      },
    };
  }
}
