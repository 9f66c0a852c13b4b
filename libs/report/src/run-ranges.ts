import { historyAttackRows, likelihoodRows } from './history-attacks.ts';
import { type NamedRange, type Range, rangeOf, rangesOf } from './ranges.ts';
import type { RunFigures } from './report-data.ts';
import type { Row } from './row.ts';
import { attackRows, fidelityRows, utilityRows } from './rows.ts';
import { timeRows } from './time-rows.ts';
import { valueRows } from './value-rows.ts';

/** Several runs in report.json. */
export interface RunRanges {
  runs: { seeds?: RunFigures['seeds']; rows: number; passed: boolean }[];
  /** Of each gate its outcome in each run, and the range of what was compared with the threshold; null where a run has no such gate. */
  gates: { name: string; outcomes: (string | null)[]; range: Range | null }[];
  /** By the part of the report. */
  figures: Record<string, NamedRange[]>;
}

const PARTS: Record<string, (run: RunFigures) => Row[]> = {
  fidelity: ({ comparison }) => fidelityRows(comparison),
  time: ({ histories }) => (histories ? timeRows(histories.longitudinal) : []),
  values: ({ histories }) => (histories ? valueRows(histories.values) : []),
  utility: ({ comparison }) => utilityRows(comparison),
  privacy: ({ privacy }) => attackRows(privacy),
  histories: ({ histories, likelihood }) => [
    ...(histories ? historyAttackRows(histories.attacks) : []),
    ...likelihoodRows(likelihood),
  ],
};

/** Ranges of all figures and gates over the runs. */
export function runRanges(runs: readonly RunFigures[]): RunRanges {
  const names = [...new Set(runs.flatMap(({ verdict }) => verdict.gates.map(({ name }) => name)))];
  return {
    runs: runs.map(({ seeds, comparison, verdict }) => ({
      ...(seeds && { seeds }),
      rows: comparison.rows.synthetic,
      passed: verdict.passed,
    })),
    gates: names.map((name) => {
      const own = runs.map(({ verdict }) => verdict.gates.find((gate) => gate.name === name));
      return {
        name,
        outcomes: own.map((gate) => gate?.outcome ?? null),
        range: rangeOf(own.map((gate) => gate?.value)) ?? null,
      };
    }),
    figures: Object.fromEntries(
      Object.entries(PARTS).map(([part, rowsOf]) => [
        part,
        rangesOf(runs.map(rowsOf)).filter((one) => one !== undefined),
      ]),
    ),
  };
}
