import type { HistoryFigures } from '@ehrsynth/release';
import { expect, it } from 'vitest';
import { historySummary } from './history-summary.ts';

const at = (value: number) => ({ value, lower: value - 0.1, upper: value + 0.1 });

/** Of a run in which every figure has that value, and so many of 100 training patients are reproduced. */
function run(value: number, reproduced: number): { histories: HistoryFigures } {
  const figure = { synthetic: at(value), floor: at(0.01) };
  const copies = { training: { successes: reproduced, trials: 100 }, holdout: { successes: 0, trials: 100 } };
  const histories = {
    longitudinal: {
      compared: 100,
      codes: { sequentialRecordBigrams: figure, visitBigrams: figure },
      time: { span: figure },
      discriminator: { auc: figure },
    },
    values: { distribution: { ks: figure } },
    attacks: {
      membership: { aligned: at(value), density: at(value) },
      copies: { sequences: copies, runs: copies, longRuns: copies, near: copies },
    },
  };
  return { histories: histories as unknown as HistoryFigures };
}

it('of several runs has the median and the range beside figures and attacks', () => {
  const runs = [run(0.4, 2), run(0.5, 7), run(0.8, 3)];
  const lines = historySummary(runs[0].histories, runs).split('\n');
  const line = (words: string) => lines.find((one) => one.includes(words));
  expect(lines.filter((one) => one.includes('median of 3 runs (range)'))).toHaveLength(2);
  expect(line('days from first visit to last')).toMatch(/0\.400 \(0\.300 – 0\.500\) .* 0\.500 \(0\.400 – 0\.800\)$/);
  expect(line('membership by distance of histories')).toMatch(/0\.500 \(0\.400 – 0\.800\)$/);
  expect(line('3 consecutive visits')).toMatch(/2 of 100 .*held out 0 of 100 .*3 \(2 – 7\)$/);
});

it('of one run has figures and controls alone', () => {
  const one = run(0.4, 2);
  const text = historySummary(one.histories, [one]);
  expect(text).not.toMatch(/median/);
  expect(text).toMatch(/whose visits appear nearly unchanged +2 of 100 +held out 0 of 100/);
});
