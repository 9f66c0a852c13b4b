import type { PatientRecord } from '@ehrsynth/records';
import { FEWEST_HOLDERS, type Held, type Policy, sourceFigures } from '@ehrsynth/release';
import { type Running, untilStopped } from '../run/events.ts';
import { type Assessment, assess, type AssessmentInput } from './assess.ts';
import { HistoryCollector } from './history-sides.ts';
import { measureLikelihood } from './measure-likelihood.ts';
import { sourcePatients } from './source-patients.ts';
import { encodeRecords, encoderOf, type Written } from './written-records.ts';

/** What records are measured by, before they are read. */
export type RecordsInput = Omit<
  AssessmentInput,
  'synthetic' | 'source' | 'histories' | 'likelihood' | 'atPossibleAge'
> & {
  /** Whether they are measured as records over time, too (by default they are). */
  histories?: boolean;
  /** Whether ids and what few training patients hold are looked at (by default they are). */
  withSource?: boolean;
};

/** Measures records as they are read, encoded as the cohort was; `rare` is what too few training patients hold. */
export async function measureRecords(
  records: AsyncIterable<PatientRecord>,
  { histories: withHistories = true, withSource = true, ...input }: RecordsInput,
  running: Running = {},
): Promise<{ found: Assessment; rare: Held[] }> {
  const { columns, encoder } = await encoderOf(input.cohort);
  const collector = withHistories ? new HistoryCollector() : undefined;
  const source = await sourcePatients(input.cohort, encoder, collector);
  const builder = collector?.synthetic();
  const { matrix, order, atPossibleAge, held }: Written = await encodeRecords(
    untilStopped(records, running),
    columns,
    encoder,
    builder,
  );
  const histories = builder && collector!.sides(builder, order);
  const { model, cohort, seed } = input;
  const likelihood =
    withHistories && model !== undefined ? await measureLikelihood(model, cohort, encoder, seed, running) : undefined;
  const measured = {
    ...input,
    synthetic: matrix,
    histories,
    likelihood,
    atPossibleAge: { training: source.atPossibleAge.has, synthetic: atPossibleAge.has },
  };
  if (!withSource) return { found: await assess(measured, running), rare: [] };
  const ids = source.idsAmong(matrix.ids);
  const { figures, rare } = sourceFigures(ids, held, source.holders, fewestHolders(input.policy));
  return { found: await assess({ ...measured, source: figures }, running), rare };
}

/** What the policy asks for; nothing where the gate is off. */
export function fewestHolders({ gates }: Policy): number {
  const asked = (gates as Record<string, number | 'off' | undefined>)['rare-columns'] ?? FEWEST_HOLDERS;
  return asked === 'off' ? 0 : asked;
}
