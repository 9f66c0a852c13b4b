import { type HistoryFigures, withheldReport } from '@ehrsynth/release';
import { beforeAll, describe, expect, it } from 'vitest';
import { historyAttacks } from './history-attacks.ts';
import { privacySection } from './privacy-section.ts';
import type { ReportData } from './report-data.ts';
import { bodyOf } from './sections.ts';
import { reportWith, rowsOf } from './testing.ts';
import { emptyFigures, historyFigures, HOSTILE } from './testing-lives.ts';
import { timeSection } from './time-section.ts';
import { valuesSection } from './values-section.ts';
import { renderWithheldReport } from './withheld-report.ts';

let figures: HistoryFigures;
let report: ReportData;
beforeAll(async () => {
  figures = await historyFigures();
  report = await reportWith(figures);
});

const withFigures = (changed: Partial<HistoryFigures>): ReportData => ({
  ...report,
  histories: { ...figures, ...changed },
});

/** A copy in which each interval has a number of its own: 1.125, 2.125, … */
function numbered<T>(figures: T): { changed: T; count: number } {
  let count = 0;
  const changed = JSON.parse(JSON.stringify(figures), (_, value) => {
    if (typeof value?.lower !== 'number') return value;
    const own = ++count + 0.125;
    return { ...value, value: own, lower: own, upper: own };
  }) as T;
  return { changed, count };
}

/** The numbers of which neither 5.125, nor 5.13, nor 512.5 % is in a text. */
function missing(html: string, count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  return all.filter((n) => !new RegExp(`>${n}(\\.125 \\(|\\.13 \\(|12\\.5 %)`).test(html));
}

const at = (value: number) => ({ value, lower: value - 0.1, upper: value + 0.1 });

describe('every interval that was measured is in a table', () => {
  it('of records over time', () => {
    const { changed, count } = numbered(figures.longitudinal);
    expect(count).toBeGreaterThan(100);
    expect(missing(timeSection(withFigures({ longitudinal: changed })), count)).toEqual([]);
  });

  it('of values', () => {
    const { changed, count } = numbered(figures.values);
    expect(count).toBeGreaterThan(50);
    expect(missing(valuesSection(withFigures({ values: changed })), count)).toEqual([]);
  });

  it('of attacks on histories', () => {
    const { changed, count } = numbered(figures.attacks);
    expect(count).toBe(10);
    expect(missing(historyAttacks([{ attacks: changed }]), count)).toEqual([]);
    // By the model's likelihood it is attacked where the model is at hand.
    expect(historyAttacks([{ attacks: changed }])).toContain(
      'likelihood of a record, per token, AUC</th><td>not measured</td>',
    );
    const attack = (value: number) => ({ auc: at(value), roc: [], members: 9, nonMembers: 9 });
    const html = historyAttacks([{ attacks: changed, likelihood: { record: attack(0.4321), token: attack(0.8765) } }]);
    expect(html).toContain('likelihood of a record, AUC</th><td>0.432 (0.332 – 0.532)</td>');
    expect(html).toContain('likelihood of a record, per token, AUC</th><td>0.876 (0.776 – 0.976)</td>');
  });
});

it('shows a figure beside its floor, with the interval of each', () => {
  const { longitudinal } = structuredClone(figures);
  longitudinal.codes.visitBigrams = { synthetic: at(0.4321), floor: at(0.8765) };
  longitudinal.order.r = { floor: at(0.5), notMeasured: 'too <few> pairs' };
  longitudinal.time.gaps = { synthetic: at(0.25), notMeasured: 'few real gaps' };
  const html = timeSection(withFigures({ longitudinal }));
  expect(html).toContain(
    '<th scope="row">pairs of codes in a visit, share of visits, R²</th><td>0.432 (0.332 – 0.532)</td><td>0.876 (0.776 – 0.976)</td>',
  );
  expect(html).toContain('<td>not measured: too &lt;few&gt; pairs</td><td>0.500 (0.400 – 0.600)</td>');
  expect(html).toContain('<td>0.250 (0.150 – 0.350)</td><td>not measured: few real gaps</td>');
});

it('says of how many labs a mean is, where some could not be measured', () => {
  const { values } = structuredClone(figures);
  values.withinPatient.intraclass = {
    of: 14,
    synthetic: { value: 0.2, lower: 0.1, upper: 0.3, measured: 12 },
  };
  values.pairs.difference = { of: 0 };
  const html = valuesSection(withFigures({ values }));
  expect(html).toContain('<td>0.200 (0.100 – 0.300) (12 of 14 labs)</td><td>not measured</td>');
  expect(html).toContain('<td>not measured: no pairs</td><td>not measured</td>');
});

it('shows people given back beside the control', () => {
  const { attacks } = structuredClone(figures);
  attacks.copies.runs.training = { successes: 17, trials: 1300 };
  attacks.copies.runs.holdout = { successes: 3, trials: 1200 };
  expect(privacySection(withFigures({ attacks }))).toContain(
    '<th scope="row">training patients reproduced in three successive visits</th><td>17 of 1,300</td><td>held out 3 of 1,200</td>',
  );
});

it('shares that are too few to show are not shown as 0', () => {
  const { longitudinal, values } = structuredClone(figures);
  longitudinal.time.byMonth.holdout[1] = null;
  values.measured.byClass.shares.holdout[0][0] = null;
  const changed = withFigures({ longitudinal, values });
  expect(timeSection(changed)).toContain('<th scope="row">February</th><td>too few to show</td>');
  expect(valuesSection(changed)).toMatch(/<td>too few to show<\/td><td>[\d.]+ %<\/td><td>[\d.]+ %<\/td>/);
});

it('few real people with an index event are not counted, and of synthetic people none is 0', () => {
  const { longitudinal } = structuredClone(figures);
  longitudinal.outcomes[0].people = { holdout: 1234 };
  expect(timeSection(withFigures({ longitudinal }))).toContain('<td>1,234 / too few to show / 0</td>');
});

it('texts are texts', () => {
  const html = bodyOf(report);
  expect(figures.values.labs[0].lab.display).toBe(HOSTILE);
  expect(html).not.toContain('<b>');
  expect(html).not.toContain('</script>');
  expect(timeSection(report)).toContain('Sugar &lt;b&gt;&amp; salt');
  expect(valuesSection(report)).toContain('Sugar &lt;b&gt;&amp; salt');
});

it('where nothing could be measured, says so and why', async () => {
  const html = bodyOf(await reportWith(await emptyFigures()));
  expect(html).toContain('<td>not measured: fewer than two pairs of codes occur in 20 patients</td>');
  expect(html).toContain('<td>not measured: no labs</td>');
  expect(html.replace(/<[^>]*>/g, ' ')).not.toMatch(/NaN|undefined|null|Infinity/);
  for (const plot of ['distributions', 'histograms', 'digits', 'shifts', 'trajectories', 'survival'])
    expect(html).not.toContain(`data-plot="${plot}"`);
});

it('without figures of histories, each part says that it was not measured', () => {
  const without = { ...report, histories: undefined };
  expect(timeSection(without)).toContain('<p>Records over time: not measured.</p>');
  expect(valuesSection(without)).toContain('<p>Values of labs and vitals: not measured.</p>');
  expect(privacySection(without)).toContain('<p>Attacks on histories: not measured.</p>');
  expect(timeSection(without) + valuesSection(without)).not.toContain('data-plot');
});

it('a withheld report has nothing of them', async () => {
  const synthetic = rowsOf(100, 's');
  const { histories, comparison, privacy, verdict } = report;
  const withheld = withheldReport(synthetic, { comparison, privacy, histories }, verdict);
  expect(withheld).toEqual(withheldReport(synthetic, { comparison, privacy }, verdict));
  expect(await renderWithheldReport('x', withheld)).not.toMatch(
    /data-plot="|id="time"|id="values"|Attacks on histories|8480-6/,
  );
});
