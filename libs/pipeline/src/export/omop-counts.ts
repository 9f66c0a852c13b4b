import type { OmopCounts } from '@ehrsynth/omop';

/** What was written to a CDM, and what the CDM or the vocabularies lack; for run.json. */
export function omopCounts({ rows, lost, mapped, vocabularyVersion }: OmopCounts): Record<string, unknown> {
  return { rows: Object.fromEntries(rows), lost: Object.fromEntries(lost), mapped, vocabularyVersion };
}
