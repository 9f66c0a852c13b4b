import { readLines } from '@ehrsynth/io';
import { asJson } from '../as-json.ts';
import type { PlacedFile } from './export-files.ts';
import type { FhirServer } from './fhir-server.ts';
import { addLoss, type Loss } from './losses.ts';
import { issuesOfLoss, outcomeIn, textOf } from './outcome-text.ts';
import { outcomesAmong } from './sent-file.ts';

/** Bytes. */
const LONGEST_OUTCOME = 2 ** 22;
const REASON = 'errors of the export';
export const BROKEN_OFF = 'errors within a file of the export';

/** Adds what the OperationOutcomes of an export's error files say is missing. */
export async function addExportErrors(losses: Loss[], files: PlacedFile[], server: FhirServer): Promise<void> {
  for (const { path, url } of files) {
    const where = server.withoutSecrets(url);
    const add = (detail: string) =>
      addLoss(losses, {
        type: 'OperationOutcome',
        reason: REASON,
        where,
        detail: server.withoutSecrets(detail),
      });
    for await (const { text, tooLong } of readLines(path, { maxLineBytes: LONGEST_OUTCOME }, 'report')) {
      const outcome = tooLong ? undefined : outcomeIn(asJson(text));
      if (!outcome) add('a line that is not an OperationOutcome');
      else for (const issue of issuesOfLoss(outcome, false)) add(textOf(issue) ?? 'an error without a text');
    }
  }
}

/** Adds what OperationOutcomes say that stand among the resources of a file: servers end one so that they cannot write on. */
export async function addOutcomes(
  losses: Loss[],
  { path, url, type: expected }: PlacedFile,
  type: string,
  server: FhirServer,
): Promise<void> {
  if (expected === 'OperationOutcome') return;
  const where = server.withoutSecrets(url);
  for await (const outcome of outcomesAmong(path)) {
    for (const issue of issuesOfLoss(outcome, false)) {
      const detail = server.withoutSecrets(textOf(issue) ?? 'an error without a text');
      addLoss(losses, { type, reason: BROKEN_OFF, where, detail });
    }
  }
}
