import { basename } from 'node:path';
import type { SelectionReport } from '@ehrsynth/matrix';
import { printable } from '@ehrsynth/io';
import { systemName, type Tally } from '@ehrsynth/records';
import type { CohortCounts } from '@ehrsynth/pipeline';
import type { UnitReport } from '@ehrsynth/units';
import { table, text } from '../table.ts';

const PROBLEMS_SHOWN = 5;
const ROWS_SHOWN = 25;
const LONGEST_REMARK = 1000;

/** What was read, what was not and why, and what became of it; for the terminal. The most frequent comes first. */
export function ingestReport(
  source: string,
  out: string,
  tally: Tally,
  counts: CohortCounts,
  selection: SelectionReport,
  units: readonly UnitReport[] = [],
): string {
  const parts = [
    `${text(counts.patients)} patients, ${text(counts.events)} events read from ${printable(source)}`,
    ...[...tally.remarks].map((remark) => printable(remark, LONGEST_REMARK)),
    ...whatWasUsed(tally),
    'Code systems read:',
    table(['kind', 'system', 'events', 'distinct codes'], systemRows(tally)),
  ];
  const skipped = skippedRows(tally);
  if (skipped.length > 0) parts.push('Not used:', table(['resource', 'why', 'count'], skipped));
  parts.push(...filesNotRead(tally));
  const notes = [...tally.notes]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]): [string, number] => [reason + dayOf(reason, tally), count]);
  if (notes.length > 0) parts.push('Worth knowing:', table(['what', 'count'], notes));
  if (tally.hints.size > 0)
    parts.push('Code systems to check:', [...tally.hints].map((hint) => `  ${printable(hint)}`).join('\n'));
  const faults = tally.problems.filter(({ reason }) => !tally.notes.has(reason) && !tally.filesNotRead.has(reason));
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
  if (units.length > 0) parts.push(...unitLines(units));
  const rare = selection.rolledUp > 0 ? `, ${text(selection.rolledUp)} counted under their parent` : '';
  parts.push(
    `${text(selection.kept)} columns kept; ${text(selection.dropped)} left out because ${selection.minPatients === 1 ? 'no training patient has' : `fewer than ${selection.minPatients} training patients have`} them` +
      ` (${text(selection.droppedEvents)} events)${rare}`,
    `${text(counts.training)} patients to train on, ${text(counts.holdout)} held out → ${out}`,
  );
  return parts.join('\n');
}

/** What was used of each type of resource; of tables also how many rows there are, which the used and the unused add up to. */
function whatWasUsed(tally: Tally): string[] {
  if (tally.rows.size === 0) return [table(['resource', 'used'], [...tally.used].sort(byName))];
  const rows = [...tally.rows].sort(byName).map(([name, all]) => {
    const used = tally.used.get(name) ?? 0;
    return [name, all, used, tally.accounted(name) - used];
  });
  const all = [...tally.rows.values()].reduce((sum, count) => sum + count, 0);
  const lost = tally.unaccounted();
  const verdict =
    lost.length === 0
      ? `${text(all)} rows, all accounted for: used, or counted as not used`
      : `ROWS ARE MISSING: in ${lost.join(', ')} the rows used and not used do not add up to all rows. This is a bug in ehrsynth; please report it.`;
  return [table(['table', 'rows', 'used', 'not used'], rows), verdict];
}

function systemRows(tally: Tally): (string | number)[][] {
  const all = [...tally.systems.values()].sort((a, b) => b.events - a.events);
  const rows = all
    .slice(0, ROWS_SHOWN)
    .map(({ kind, system, events, codes }) => [kind, systemName(system), events, codes.size]);
  const rest = all.slice(ROWS_SHOWN);
  if (rest.length === 0) return rows;
  const sum = (of: (one: (typeof rest)[number]) => number) => rest.reduce((total, one) => total + of(one), 0);
  return [...rows, ['', `${text(rest.length)} others`, sum(({ events }) => events), sum(({ codes }) => codes.size)]];
}

/** By resource and reason; after the most frequent, all resources of a reason together, so that no reason is missing. */
function skippedRows(tally: Tally): (string | number)[][] {
  const all = [...tally.skipped]
    .flatMap(([type, reasons]) => [...reasons].map(([reason, count]) => ({ type, reason, count })))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
  const rows = all.slice(0, ROWS_SHOWN).map(({ type, reason, count }) => [type, reason, count]);
  const rest = new Map<string, { types: string[]; count: number }>();
  for (const { type, reason, count } of all.slice(ROWS_SHOWN)) {
    const { types, count: before } = rest.get(reason) ?? { types: [], count: 0 };
    rest.set(reason, { types: [...types, type], count: before + count });
  }
  for (const [reason, { types, count }] of rest)
    rows.push([types.length === 1 ? types[0] : `${text(types.length)} others`, reason, count]);
  return rows;
}

/** Why files were not read, how many, and the first of their names. */
function filesNotRead({ filesNotRead: all }: Tally): string[] {
  if (all.size === 0) return [];
  const isOfTables = [...all.values()].every(({ names }) => names.every((name) => /, table [^/\\]+$/.test(name)));
  const rows = [...all].sort(byName).map(([why, { count, names }]) => {
    const more = count > names.length ? [`… ${text(count - names.length)} more`] : [];
    return [why, count, [...names.map((name) => printable(basename(name))), ...more].join(', ')];
  });
  return [
    isOfTables ? 'Tables not read:' : 'Files not read:',
    table(['why', isOfTables ? 'tables' : 'files', 'which'], rows),
  ];
}

/** Of codes with values in more than one unit: which one they were brought to, and which values could not be. */
function unitLines(units: readonly UnitReport[]): string[] {
  const keptOf = ({ kept }: UnitReport) => Object.entries(kept);
  const rows = units
    .map((one) => {
      const kept = keptOf(one).map(([unit, count]) => `${text(count)} in ${printable(unit)}`);
      const without = one.withoutUnit > 0 ? [`${text(one.withoutUnit)} without a unit`] : [];
      return [printable(one.code.code), one.unit, one.values, one.converted, [...kept, ...without].join(', ')];
    })
    .sort((a, b) => Number(b[2]) - Number(a[2]));
  const head = ['code', 'unit', 'values', 'converted to it', 'left unchanged'];
  const more = rows.length > ROWS_SHOWN ? [`… ${text(rows.length - ROWS_SHOWN)} more codes, in run.json`] : [];
  return ['Codes whose values have several units, or none:', table(head, rows.slice(0, ROWS_SHOWN)), ...more];
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** What stands where a date must, with advice: shown where it is a day or number of some kind, and so no name. */
function dayOf(reason: string, { problems }: Tally): string {
  if (!/ is no date(time)?$/.test(reason)) return '';
  const detail = problems.find((problem) => problem.reason === reason)?.detail ?? '';
  const isDay = /^such as "(\d{1,2}[-. ]?[A-Za-z]{3}[-. ]?)?[-\d./:+ TZ]*"/.test(detail);
  return isDay && detail.length < 100 ? ` (${printable(detail)})` : '';
}
