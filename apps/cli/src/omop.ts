import type { OmopCounts } from '@ehrsynth/omop';
import { table, text } from './table.ts';

export { athenaFile, omopCounts } from '@ehrsynth/pipeline';

/** What was written to a CDM, and what the CDM or the vocabularies lack. */
export function omopReport(out: string, { rows, lost, mapped, vocabularyVersion }: OmopCounts): string {
  const filled = [...rows].filter(([, count]) => count > 0);
  const share = mapped.events > 0 ? (mapped.mappedEvents / mapped.events) * 100 : 0;
  return [
    `OMOP CDM 5.4 → ${out}`,
    table(['table', 'rows'], filled),
    `${text(rows.size - filled.length)} more tables are empty`,
    vocabularyVersion
      ? `Standard concepts (${vocabularyVersion}): ${text(mapped.mappedCodes)} of ${text(mapped.codes)} codes, ${share.toFixed(1)} % of ${text(mapped.events)} events`
      : "Standard concepts: none, all are 0. To have them, import Athena's vocabularies: ehrsynth vocab import athena DIR",
    ...(lost.size > 0 ? [`What the CDM cannot represent:\n${table(['', 'left out'], [...lost])}`] : []),
  ].join('\n');
}
