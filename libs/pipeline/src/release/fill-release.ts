import { join } from 'node:path';
import type { EngineName } from '@ehrsynth/engine';
import { type Candidate, fillClasses, type Filling, type Policy } from '@ehrsynth/release';
import type { DecodedRow } from '@ehrsynth/decode';
import type { Encoder } from '@ehrsynth/matrix';
import { SmallClassesError } from '../errors.ts';
import { type Generation, openGeneration } from '../generation/generation.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { type AskedShape, shapeOf, type ShapeOptions } from '../generation/shape-options.ts';
import type { ShapeReport } from '../generation/shaped-patients.ts';
import { readRecords, RecordsWriter } from '../cohort/records-file.ts';
import type { RunRecord } from '../run/run-folder.ts';
import { encodeRecords, encoderOf } from '../assessment/written-records.ts';

interface FillOptions {
  engine: EngineName | 'auto';
  mostDraws: number;
  suppress: boolean;
}

/**
 * Writes the records of a generated folder into a file, with further patients of its small classes: those that the same run would have
 * drawn after its last. Classes are those of the records, encoded as the cohort was.
 * @throws SmallClassesError where classes stay small and are not to be left out
 */
export async function fillRelease(
  synth: string,
  path: string,
  generated: RunRecord,
  modelFolder: string,
  cohort: string,
  asked: NonNullable<Policy['k-anonymity']>,
  { engine, mostDraws, suppress }: FillOptions,
  running: Running = {},
): Promise<{ filling: Filling; suppressed: number }> {
  const { columns, encoder } = await encoderOf(cohort);
  const drawn = () => untilStopped(readRecords(join(synth, 'records.ndjson.gz')), running);
  const { matrix } = await encodeRecords(drawn(), columns, encoder);
  const seed = Number(generated.options.seed);
  const generation = await openGeneration(modelFolder, seed, engine);
  const { k, 'quasi-identifiers': quasiIdentifiers } = asked;
  const progress = new Work(running, 'Filling classes', 'rows drawn');
  const from = (generated.counts.shape as ShapeReport | undefined)?.drawn ?? Number(generated.options.number);
  const shape = shapeOf(columns, generated.options as ShapeOptions);
  const further = continued(generation, shape, seed, from, mostDraws, (count) => progress.update(count));
  const candidates = encodedBy(encoder, untilStopped(further, running));
  const { filling, added } = await fillClasses(matrix, { k, quasiIdentifiers }, candidates);
  progress.stop();
  // A release of nobody is none, whoever allows it.
  const isEmpty = filling.left.length === matrix.rows;
  if (filling.left.length > 0 && (!suppress || isEmpty)) throw new SmallClassesError(filling);
  const left = new Set(filling.left.map((row) => matrix.ids[row]));
  const records = new RecordsWriter(path);
  for await (const record of drawn()) if (!left.has(record.id)) await records.write(record);
  for (const { record } of added) await records.write(record);
  await records.close();
  return { filling, suppressed: left.size };
}

/** Candidates with the entries that their records have when they are read. */
async function* encodedBy(
  encoder: Encoder,
  candidates: AsyncIterable<Candidate<DecodedRow>>,
): AsyncGenerator<Candidate<DecodedRow>> {
  for await (const { columns, decode } of candidates) {
    yield {
      columns,
      decode: () => {
        const decoded = decode();
        return decoded && { ...decoded, entries: encoder.rowOf(decoded.value.record) };
      },
    };
  }
}

/** The rows that a run draws after its first `from`, those that are of its shape. */
async function* continued(
  generation: Generation,
  shape: AskedShape,
  seed: number,
  from: number,
  most: number,
  onDrawn: (drawn: number) => void,
): AsyncGenerator<Candidate<DecodedRow>> {
  const last = from + most;
  for await (const draw of generation.sample(last, { seed, range: [from, last] })) {
    onDrawn(draw.row - from + 1);
    const columns = draw.columns();
    if (!shape.isWanted(new Set(columns))) continue;
    yield {
      columns,
      decode: () => {
        const decoded = draw.patient();
        return shape.isRecordWanted(decoded.record) ? { entries: decoded.entries, value: decoded } : undefined;
      },
    };
  }
}
