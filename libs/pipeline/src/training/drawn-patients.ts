import { correlationOf } from '@ehrsynth/evaluation';
import type { EngineName } from '@ehrsynth/engine';
import type { RowSource } from '@ehrsynth/matrix';
import { openGeneration } from '../generation/generation.ts';
import { type Running, untilStopped } from '../run/events.ts';

/** Patients that are drawn, at most, at least, and so many codes that they have together, about. */
const MOST = 1000;
const LEAST = 100;
const MOST_CODES = 20_000;
/** A model that draws what it learned from reaches more than this r; and this share of its codes per patient, either way. */
const GOOD_R = 0.9;
const GOOD_CODES = 0.2;

/** Patients that a trained model draws, beside those that it learned from. */
export interface DrawnPatients {
  /** How many were drawn. */
  patients: number;
  /** Pearson's r of the share of patients that have each code, drawn against learned from; undefined where it cannot be had. */
  r?: number;
  /** Distinct codes per patient, drawn and learned from; of the latter nothing under differential privacy. */
  codesPerPatient: { drawn: number; real?: number };
}

/** What is known of the patients that a model learned from. */
export type Learned = Pick<RowSource, 'rows' | 'firstCode' | 'carriers'>;

/**
 * Draws a few patients of a model that was just trained, as `generate` would, and compares who has which code with the patients that it learned
 * from.
 * @param learned the training patients
 * @param isPrivate they are not looked at: the budget does not cover it
 */
export async function drawnPatients(
  folder: string,
  learned: Learned,
  { seed, engine, isPrivate }: { seed: number; engine: EngineName | 'auto'; isPrivate: boolean },
  running: Running,
): Promise<DrawnPatients> {
  const generation = await openGeneration(folder, seed, engine);
  const real = isPrivate ? undefined : await prevalenceOf(learned);
  const ofReal = real && sumOf(real);
  // As few as a small cohort has say as much about it; of long records fewer do.
  const wanted = Math.min(MOST, learned.rows, Math.ceil(MOST_CODES / Math.max(1, ofReal ?? 1)));
  const patients = Math.max(LEAST, wanted);
  const firstCode = generation.columns.findIndex(({ kind }) => kind !== 'demographic');
  const drawn = new Array<number>(generation.columns.length - firstCode).fill(0);
  for await (const draw of untilStopped(generation.sample(patients, { seed, signal: running.signal }), running))
    for (const column of draw.columns()) if (column >= firstCode) drawn[column - firstCode] += 1 / patients;
  return { patients, r: real && correlationOf(real, drawn), codesPerPatient: { drawn: sumOf(drawn), real: ofReal } };
}

/** What to do about a model whose patients are far from those that it learned from; undefined where they are not. */
export function adviceOnDrawn({ r, codesPerPatient: { drawn, real } }: DrawnPatients): string | undefined {
  const isFar = r !== undefined && r < GOOD_R;
  const isOff = real !== undefined && Math.abs(drawn - real) > GOOD_CODES * real;
  if (!isFar && !isOff) return undefined;
  const what = isFar
    ? `Codes are not as common in the drawn patients as in the training patients (r ${r.toFixed(3)})`
    : `The drawn patients have ${drawn.toFixed(1)} codes each, the training patients ${real!.toFixed(1)}`;
  return `${what}: train for more --epochs, try another model (-m), or use more patients or coarser codes (ingest --rare parent).`;
}

async function prevalenceOf(learned: Learned): Promise<number[]> {
  const { rows, firstCode } = learned;
  const counts = await learned.carriers(Int32Array.from({ length: rows }, (_, row) => row));
  return Array.from(counts.subarray(firstCode), (count) => count / rows);
}

function sumOf(shares: readonly number[]): number {
  return shares.reduce((sum, one) => sum + one, 0);
}
