import { readLines } from '@ehrsynth/io';
import type { PlacedFile } from './export-files.ts';
import type { FhirServer } from './fhir-server.ts';
import { addLoss, type Loss } from './losses.ts';
import { issuesOfLoss, outcomeIn, textOf } from './outcome-text.ts';

/** Bytes. */
const LONGEST_OUTCOME = 2 ** 22;
const REASON = 'errors of the export';

/** Adds what the OperationOutcomes of an export's error files say is missing. */
export async function addExportErrors(
  losses: Loss[],
  files: PlacedFile[],
  server: FhirServer,
): Promise<void> {
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
      if (!outcome) add('a line that is no OperationOutcome');
      else for (const issue of issuesOfLoss(outcome, false)) add(textOf(issue) ?? 'an error without words');
    }
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
