import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a server did not give, or said that it does not give; the same reason of a type is one. */
export const Loss = z.object({
  /** What of: Condition; OperationOutcome where it is of an export as a whole. */
  type: z.string(),
  reason: z.string(),
  /** Address at which it showed first, without what is secret. */
  where: z.string(),
  /** What the server said, or the numbers: the first few. */
  details: z.array(z.string()),
  /** Resources that did not come, as far as their number is known. */
  missing: z.number(),
  /** How often it was met. */
  times: z.number(),
});
export type Loss = z.infer<typeof Loss>;

const MOST_DETAILS = 5;

/** Adds one to those that are known. */
export function addLoss(
  losses: Loss[],
  {
    type,
    reason,
    where,
    detail,
    missing = 0,
  }: Pick<Loss, 'type' | 'reason' | 'where'> & { detail: string; missing?: number },
): void {
  const same = losses.find((one) => one.type === type && one.reason === reason);
  if (!same) return void losses.push({ type, reason, where, details: [detail], missing, times: 1 });
  same.missing += missing;
  same.times++;
  if (same.details.length < MOST_DETAILS && !same.details.includes(detail)) same.details.push(detail);
}

/** The folder, beside what was fetched, of OperationOutcomes that say what is missing. */
export const ERRORS = 'error';

/** Keeps them beside what was fetched, as a bulk export keeps its errors, for who reads the folder later. */
export async function writeLosses(folder: string, losses: Loss[]): Promise<void> {
  await rm(join(folder, ERRORS), { recursive: true, force: true });
  if (losses.length === 0) return;
  await mkdir(join(folder, ERRORS), { mode: 0o700 });
  const outcomes = losses.map((loss) => ({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'incomplete', diagnostics: lossText(loss) }],
  }));
  const lines = outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
  await writeFile(join(folder, ERRORS, '0001.ndjson'), lines, { mode: 0o600 });
}

/** In one line: what, how many, and the details. */
export function lossText({ type, reason, details, missing, times }: Loss): string {
  const number = missing > 0 ? `${missing.toLocaleString('en-US')} ` : '';
  const more = times > details.length ? ` (${times.toLocaleString('en-US')} times in all)` : '';
  return `${type}: ${number}${reason}: ${details.join('; ')}${more}`;
}
