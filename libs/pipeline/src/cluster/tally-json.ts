import { type Problem, Tally } from '@ehrsynth/records';
import { z } from 'zod';

const counts = z.record(z.string(), z.number());

/** A tally as a task writes it. */
const TallyJson = z.strictObject({
  rows: counts,
  used: counts,
  skipped: z.record(z.string(), counts),
  notes: counts,
  systems: z.array(
    z.strictObject({ kind: z.string(), system: z.string(), events: z.number(), codes: z.array(z.string()) }),
  ),
  problems: z.array(z.custom<Problem>()),
  hints: z.array(z.string()),
});

/** Faults and notes of a task that are listed; all are counted. */
const LISTED = 100;

export function tallyAsJson({
  rows,
  used,
  skipped,
  notes,
  systems,
  problems,
  hints,
}: Tally): z.infer<typeof TallyJson> {
  return {
    rows: Object.fromEntries(rows),
    used: Object.fromEntries(used),
    skipped: Object.fromEntries([...skipped].map(([type, reasons]) => [type, Object.fromEntries(reasons)])),
    notes: Object.fromEntries(notes),
    systems: [...systems.values()].map(({ codes, ...rest }) => ({ ...rest, codes: [...codes] })),
    problems: problems.slice(0, LISTED),
    hints: [...hints],
  };
}

export function tallyOf(json: unknown): Tally {
  const { rows, used, skipped, notes, systems, problems, hints } = TallyJson.parse(json);
  const tally = new Tally();
  const each = (of: Record<string, number>, into: Map<string, number>) =>
    Object.entries(of).forEach(([name, count]) => into.set(name, count));
  each(rows, tally.rows);
  each(used, tally.used);
  each(notes, tally.notes);
  for (const [type, reasons] of Object.entries(skipped)) tally.skipped.set(type, new Map(Object.entries(reasons)));
  for (const { kind, system, events, codes } of systems)
    tally.systems.set(`${kind}|${system}`, { kind, system, events, codes: new Set(codes) });
  tally.problems.push(...problems);
  hints.forEach((hint) => tally.hints.add(hint));
  return tally;
}
