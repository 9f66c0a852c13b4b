import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { packedBody } from './packed.ts';
import { figuresOf, pageOf } from './page.ts';
import type { ReportData } from './report-data.ts';
import { bodyOf } from './sections.ts';

/** Plots, what draws them, and what begins it. */
const SCRIPTS = [
  'prevalence-plot.js',
  'row-plots.js',
  'bar-plots.js',
  'time-plots.js',
  'value-plots.js',
  'dependence-plots.js',
  'report.js',
  'unpack.js',
  'timelines.js',
];

/** One HTML file with all that it needs in it: text, tables, the figures as JSON, and the plotting library that draws them. */
export async function renderReport(data: ReportData): Promise<string> {
  const asset = (name: string) => readFile(new URL(`../assets/${name}`, import.meta.url), 'utf8');
  const library = createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js');
  const [style, echarts, ...scripts] = await Promise.all([
    asset('report.css'),
    readFile(library, 'utf8'),
    ...SCRIPTS.map(asset),
  ]);
  return pageOf({
    title: data.title,
    style,
    body: `${packedBody(bodyOf(data), echarts)}\n${figuresOf(drawnOf(data))}`,
    scripts,
    inserted: [echarts],
  });
}

/** What plots and timelines read; tables stand in the page, and report.json has everything. */
function drawnOf({ comparison, privacy, histories, training, timelines }: ReportData) {
  const { smallCell, rows, byCode, lengths, demographics, correlations, coverage, prediction, counts } = comparison;
  const { membership, roc, closestRecord } = privacy;
  return {
    comparison: {
      ...{ smallCell, rows, byCode, lengths, demographics, correlations, coverage, prediction },
      counts: { synthetic: { means: counts.synthetic.means } },
    },
    privacy: { membership, roc, closestRecord },
    ...(histories && { histories: drawnHistories(histories) }),
    training,
    timelines,
  };
}

/** Codes and labs that stand in many pairs are there once, in `codes`; a pair has their places. report.js puts them back. */
function drawnHistories({ longitudinal, values, attacks }: NonNullable<ReportData['histories']>) {
  const { plots, time, outcomes } = longitudinal;
  const places = new Map<string, number>();
  const placeOf = (code: object) => {
    const key = JSON.stringify(code);
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    return place;
  };
  const placed = ({ byCode }: typeof values.shifts.withCode) => ({
    byCode: byCode.map(({ lab, code, holdout, synthetic }) => {
      return { lab: placeOf(lab), code: placeOf(code), holdout, synthetic };
    }),
  });
  const successions = plots.successions.map(({ from, to, holdout, synthetic }) => {
    return { from: placeOf(from), to: placeOf(to), holdout, synthetic };
  });
  const shifts = { withCode: placed(values.shifts.withCode), afterDrug: placed(values.shifts.afterDrug) };
  return {
    codes: [...places.keys()].map((key) => JSON.parse(key) as object),
    longitudinal: { plots: { ...plots, successions }, time, outcomes },
    values: {
      labs: values.labs.map(({ lab, histogram, digits, trajectories }) => ({ lab, histogram, digits, trajectories })),
      measured: { byClass: values.measured.byClass },
      shifts,
    },
    attacks: attacks && { membership: attacks.membership, roc: attacks.roc },
  };
}
