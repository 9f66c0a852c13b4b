import { judge, Policy, withheldReport } from '@ehrsynth/release';
import { compare } from '@ehrsynth/evaluation';
import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { audit } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import { timelineOf } from './timelines.ts';
import { renderWithheldReport } from './withheld-report.ts';

const columns: Column[] = [
  { kind: 'demographic', system: 'sex', code: 'female', level: 'code' },
  ...Array.from({ length: 12 }, (_, i): Column => ({ kind: 'condition', system: 's', code: `C${i}`, level: 'code' })),
];
function draw(rows: number, seed: string, most: number) {
  const rng = new Rng(seed);
  const builder = new MatrixBuilder(columns);
  for (let row = 0; row < rows; row++)
    builder.add(
      `p${row}`,
      columns
        .filter((_, i) => i === 0 || (i <= most && rng.chance(0.4)))
        .map((column): [Column, number] => [column, 1]),
    );
  return builder.build();
}

it('a withheld report is the same whatever the real patients were, as long as the same gates pass', async () => {
  const synthetic = draw(300, 'synthetic', 11);
  const reports = [];
  for (const most of [9, 12]) {
    const [training, holdout] = [draw(300, `training ${most}`, most), draw(250, `holdout ${most}`, most)];
    const figures = {
      comparison: await compare(training, holdout, synthetic),
      privacy: audit(training, holdout, synthetic),
    };
    const { gates, ...verdict } = judge(figures, Policy.parse({}));
    // Which gates pass is shown; here they are made the same.
    const same = gates.map((gate) => ({ ...gate, outcome: 'passed' as const }));
    const report = withheldReport(synthetic, figures, { ...verdict, passed: true, gates: same });
    reports.push(JSON.stringify(report) + (await renderWithheldReport('A <test>', report)));
  }
  expect(reports[0]).toBe(reports[1]);
  expect(reports[0]).toContain('<title>A &lt;test&gt;: report</title>');
  expect(reports[0]).not.toContain('C11'); // No synthetic patient has it.
  expect(reports[0]).not.toMatch(/<script/);
});

it('shows timelines of synthetic patients, with the one script that draws them', async () => {
  const [training, synthetic] = [draw(300, 'training', 11), draw(300, 'synthetic', 11)];
  const figures = {
    comparison: await compare(training, draw(250, 'holdout', 11), synthetic),
    privacy: audit(training, draw(250, 'holdout', 11), synthetic),
  };
  const report = withheldReport(synthetic, figures, judge(figures, Policy.parse({})));
  const timeline = timelineOf({
    sex: 'female',
    encounters: [{ class: 'AMB', start: '2020-01-01' }],
    events: [{ kind: 'condition', code: { code: 'I10' }, start: '2020-01-01' }],
  });
  const page = await renderWithheldReport('x', report, [timeline]);
  expect(page).toContain('<div id="timelines">');
  expect(page).toContain('"label":"I10"');
  expect(page.match(/<script/g)).toHaveLength(2);
});
