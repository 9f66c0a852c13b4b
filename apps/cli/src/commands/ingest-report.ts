import type { SelectionReport } from '@ehrsynth/matrix';
import { printable } from '@ehrsynth/io';
import { systemName, type Tally } from '@ehrsynth/records';
import type { CohortCounts } from '../cohort.ts';
import { table, text } from '../table.ts';

const PROBLEMS_SHOWN = 5;

/** What was read, what was not and why, and what became of it; for the terminal. */
export function ingestReport(
  source: string,
  out: string,
  tally: Tally,
  counts: CohortCounts,
  selection: SelectionReport,
): string {
  const parts = [
    `${text(counts.patients)} patients, ${text(counts.events)} events read from ${printable(source)}`,
    table(['resource', 'used'], [...tally.used].sort(byName)),
    'Code systems read:',
    table(
      ['kind', 'system', 'events', 'distinct codes'],
      [...tally.systems.values()].map(({ kind, system, events, codes }) => [
        kind,
        systemName(system),
        events,
        codes.size,
      ]),
    ),
  ];
  const skipped = [...tally.skipped]
    .sort(byName)
    .flatMap(([type, reasons]) => [...reasons].map(([reason, count]) => [type, reason, count]));
  if (skipped.length > 0) parts.push('Not used:', table(['resource', 'why', 'count'], skipped));
  if (tally.notes.size > 0) parts.push('Worth knowing:', table(['what', 'count'], [...tally.notes]));
  if (tally.hints.size > 0)
    parts.push('Code systems to look at:', [...tally.hints].map((hint) => `  ${printable(hint)}`).join('\n'));
  const faults = tally.problems.filter(({ reason }) => !tally.notes.has(reason));
  if (faults.length > 0) {
    const lines = faults
      .slice(0, PROBLEMS_SHOWN)
      .map(
        ({ reason, resourceType, where, detail }) =>
          `  ${printable(`${where}: ${resourceType}, ${reason}${detail ? ` (${detail})` : ''}`)}`,
      );
    const more = faults.length > PROBLEMS_SHOWN ? [`  … ${text(faults.length - PROBLEMS_SHOWN)} more`] : [];
    parts.push(`Faults in the input, all listed in ${out}/problems.ndjson:`, [...lines, ...more].join('\n'));
  }
  const rare = selection.rolledUp > 0 ? `, ${text(selection.rolledUp)} counted in their parent` : '';
  parts.push(
    `${text(selection.kept)} columns kept; ${text(selection.dropped)} held by fewer than ${selection.minPatients} training patients left out` +
      ` (${text(selection.droppedEvents)} events)${rare}`,
    `${text(counts.training)} patients to train on, ${text(counts.holdout)} held out → ${out}`,
  );
  return parts.join('\n');
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
