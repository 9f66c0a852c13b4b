import type { PatientRecord } from '@ehrsynth/records';
import { FEWEST_HOLDERS, type Held, type Policy, sourceFigures } from '@ehrsynth/release';
import { type Running, untilStopped } from '../run/events.ts';
import { type Assessment, assess, type AssessmentInput } from './assess.ts';
import { sourcePatients } from './source-patients.ts';
import { encodeRecords, encoderOf, type Written } from './written-records.ts';

/** Measures records as they are read, encoded as the cohort was; `rare` is what too few training patients hold. */
export async function measureRecords(
  records: AsyncIterable<PatientRecord>,
  input: Omit<AssessmentInput, 'synthetic' | 'source'>,
  running: Running = {},
): Promise<{ found: Assessment; rare: Held[] }> {
  const { columns, encoder } = await encoderOf(input.cohort);
  const source = await sourcePatients(input.cohort, encoder);
  const { matrix, held }: Written = await encodeRecords(untilStopped(records, running), columns, encoder);
  const { figures, rare } = sourceFigures(
    source.idsAmong(matrix.ids),
    held,
    source.holders,
    fewestHolders(input.policy),
  );
  return { found: await assess({ ...input, synthetic: matrix, source: figures }, running), rare };
}

/** What the policy asks for; nothing where the gate is off. */
export function fewestHolders({ gates }: Policy): number {
  const asked = (gates as Record<string, number | 'off' | undefined>)['rare-columns'] ?? FEWEST_HOLDERS;
  return asked === 'off' ? 0 : asked;
}
