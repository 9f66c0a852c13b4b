import type { Tally } from '@ehrsynth/records';

/** What was read and what was not, for run.json. */
export function tallyCounts(tally: Tally): Record<string, unknown> {
  const skipped = [...tally.skipped].map(([type, reasons]) => [type, Object.fromEntries(reasons)] as const);
  return {
    ...(tally.rows.size > 0 && { rows: Object.fromEntries(tally.rows) }),
    used: Object.fromEntries(tally.used),
    skipped: Object.fromEntries(skipped),
    notes: Object.fromEntries(tally.notes),
    filesNotRead: Object.fromEntries([...tally.filesNotRead].map(([why, { count }]) => [why, count])),
    systems: [...tally.systems.values()].map(({ kind, system, events, codes }) => ({
      kind,
      system,
      events,
      codes: codes.size,
    })),
  };
}
