import { describe, expect, it } from 'vitest';
import { renderForecastReport } from './forecast-report.ts';
import { forecastSection, type ShownForecasts } from './forecast-section.ts';
import { bodyOf } from './sections.ts';
import { reportWith } from './testing.ts';

const ONE = { value: 1.6, lower: 0.98, upper: 2.65 };
const E11 = { kind: 'condition' as const, system: 's', code: 'E11', title: 'Sugar <b>& salt</b>' };

const FORECASTS: ShownForecasts = {
  asOf: '2019-12-31',
  notes: ['Some were left out.'],
  people: 140,
  futuresPerPerson: 20,
  horizons: [
    {
      days: 30,
      followed: { observed: 0.9, expected: 0.85 },
      visits: { observed: 0.5, expected: 0.25, ratio: { value: 2, lower: 1.5, upper: 2.5 } },
      newCodes: { observed: 0.1, expected: 0 },
      outcomes: [
        { outcome: E11, people: 40, observed: 20, expected: 12.5, ratio: ONE, auroc: ONE, brier: 0.0833 },
        { outcome: 'death', observed: 22, expected: 0, brier: 0.2 },
      ],
    },
    { days: 365, followed: { expected: 0 }, outcomes: [], notMeasured: 'fewer than 20 people' },
  ],
  summary: { outcomes: 2, covered: 0.5, meanAuroc: 0.7 },
};

/** The cells of the row that begins with a text. */
function cells(html: string, first: string): string[] {
  const row = html.split('<tr>').find((one) => one.startsWith(`<th scope="row">${first}`))!;
  return [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell);
}

describe('forecasts in a report', () => {
  const html = forecastSection(FORECASTS);

  it('have each outcome with its numbers, and say what has none', () => {
    expect(cells(html, 'E11')).toEqual([
      '20',
      '12.5',
      '1.60 (0.98 – 2.65)',
      '1.600 (0.980 – 2.650)',
      '0.0833',
      '0.2500',
    ]);
    expect(cells(html, 'death')).toEqual([
      '22',
      '0.0',
      'not measured: it does not occur in any future',
      'not measured: everyone has it',
      '0.2000',
      'too few to show',
    ]);
    expect(html).toContain('E11 Sugar &lt;b&gt;&amp; salt&lt;/b&gt;');
    expect(html).toContain('Some were left out.');
  });

  it('have each horizon, and the summary', () => {
    expect(cells(html, '30 days')).toEqual([
      '90.0 %',
      '85.0 %',
      '0.50 / 0.25',
      '2.00 (1.50 – 2.50)',
      '0.10 / 0.00',
      'not measured',
    ]);
    expect(cells(html, '365 days').slice(0, 3)).toEqual([
      'too few to show',
      '0.0 %',
      'not measured: fewer than 20 people',
    ]);
    expect(cells(html, 'outcomes and horizons')[0]).toBe('50.0 %');
    expect(cells(html, 'futures followed for 30 days')).toEqual(['85.0 %', '90.0 %']);
    expect(cells(html, 'visits within 30 days')[0]).toBe('2.00 (1.50 – 2.50)');
    expect(cells(html, 'observed to expected, median')[0]).toBe('not measured');
  });

  it('stand in the report of synthetic patients where there are any, and in one of their own', async () => {
    const data = await reportWith();
    expect(bodyOf({ ...data, forecasts: FORECASTS })).toContain('<a href="#forecasts">');
    expect(bodyOf(data)).not.toContain('forecasts');
    const own = await renderForecastReport('A <test>', FORECASTS);
    expect(own).toContain('<h1>A &lt;test&gt;</h1>');
    expect(own).toContain(html);
  });
});
