import type { BinnedShares, LongitudinalComparison } from '@ehrsynth/evaluation';
import { numberText, percent } from '@ehrsynth/statistics';
import { codeText, intervalCell } from './figure-cells.ts';
import { detailsOf, plotOf, sectionOf, tableOf } from './html.ts';
import { effectTable, outcomeTables, survivalPlot } from './outcome-tables.ts';
import { rowTable } from './ranges.ts';
import { type ReportData, runsOf } from './report-data.ts';
import { NOT_MEASURED } from './row.ts';
import { timeRows } from './time-rows.ts';

/** Records over time: in which order, how often and when things happen. */
export function timeSection(data: ReportData): string {
  const { histories } = data;
  const [id, title] = ['time', 'Records over time'];
  if (!histories) return sectionOf(id, title, `<p>Records over time: ${NOT_MEASURED}.</p>`);
  const { longitudinal } = histories;
  const { patients, compared } = longitudinal;
  return sectionOf(
    id,
    title,
    `<p>Histories of ${numberText(compared)} of ${numberText(patients.synthetic)} synthetic patients, compared with those of as many of ${numberText(patients.holdout)} held-out patients; the floor compares as many of ${numberText(patients.training)} training patients with them.</p>`,
    rowTable('Figures', ['', 'synthetic', 'real training histories'], runsOf(data), (run) =>
      run.histories ? timeRows(run.histories.longitudinal) : [],
    ),
    successionPlot(longitudinal),
    calendarPlot(longitudinal),
    firstAgePlot(longitudinal),
    outcomeTables(longitudinal.outcomes),
    survivalPlot(longitudinal.outcomes),
    effectTable(longitudinal.effects),
    nextVisitTable(longitudinal),
  );
}

function successionPlot({ plots: { successions }, minPatients }: LongitudinalComparison): string {
  if (successions.length === 0) return '';
  const rows = successions.map(({ from, to, holdout, synthetic }) => [
    codeText(from),
    codeText(to),
    percent(holdout),
    percent(synthetic),
  ]);
  return `<p class="controls"><label><input type="checkbox" id="log-successions"> Logarithmic axes of succession</label></p>
${plotOf(
  'successions',
  'Which code follows which',
  `Share of records in which a visit with one code is followed by a visit with another, for the ${numberText(successions.length)} pairs most common in held-out patients (at least ${minPatients} have each). On the line, a pair is equally common in held-out and synthetic records.`,
  tableOf('Codes of successive visits', ['visit', 'next visit', 'held out', 'synthetic'], rows),
)}`;
}

export function distributionPlot({ plots }: LongitudinalComparison): string {
  const { visitsPerRecord, spans, gaps, codesPerVisit } = plots;
  const named: [string, BinnedShares | undefined][] = [
    ['visits per record', visitsPerRecord],
    ['days from the first visit to the last', spans],
    ['days between visits', gaps],
    ['codes per visit', codesPerVisit],
  ];
  // One bin says nothing.
  if (named.every(([, shares]) => !shares || shares.bins.length < 2)) return '';
  const rows = named.flatMap(([name, shares]) =>
    (shares?.bins ?? []).map(([from, to], i) => [
      name,
      to === null
        ? `${numberText(from)} or more`
        : from === to
          ? numberText(from)
          : `${numberText(from)} – ${numberText(to)}`,
      percent(shares!.holdout[i]),
      percent(shares!.training[i]),
      percent(shares!.synthetic[i]),
    ]),
  );
  return plotOf(
    'distributions',
    'How often and for how long patients are seen',
    'Shares of records or visits. Bins are wide enough for each to have enough real patients.',
    tableOf('Shares', ['', 'from – to', 'held out', 'training', 'synthetic'], rows),
  );
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

function calendarPlot({ time: { byMonth, byWeekday } }: LongitudinalComparison): string {
  const share = (value: number | null) => (value === null ? 'too few to show' : percent(value));
  const rows = (
    [
      [MONTHS, byMonth],
      [WEEKDAYS, byWeekday],
    ] as const
  ).flatMap(([names, shares]) =>
    names.map((name, i) => [name, share(shares.holdout[i]), share(shares.training[i]), share(shares.synthetic[i])]),
  );
  return plotOf(
    'calendar',
    'Months and weekdays',
    'Share of visits that begin in each month and on each day of the week.',
    tableOf('Visits by month and weekday', ['', 'held out', 'training', 'synthetic'], rows),
  );
}

function firstAgePlot({ plots: { firstAges } }: LongitudinalComparison): string {
  if (firstAges.length === 0) return '';
  const rows = firstAges.flatMap(({ code, ages, holdout, training, synthetic }) =>
    ages.map((age, i) => [codeText(code), age, percent(holdout[i]), percent(training[i]), percent(synthetic[i])]),
  );
  return plotOf(
    'first-ages',
    'Age at the first occurrence of a code',
    'Share of the patients with a code who first had it before a given age, for the most common codes of held-out patients.',
    tableOf('First ages', ['code', 'before the age of', 'held out', 'training', 'synthetic'], rows),
  );
}

function nextVisitTable({ nextVisitPrediction: { targets } }: LongitudinalComparison): string {
  if (targets.length === 0) return '';
  const rows = targets.map(({ code, real, synthetic }) => [
    codeText(code),
    intervalCell(real),
    intervalCell(synthetic),
  ]);
  return detailsOf(
    'Codes of the next visit, predicted',
    tableOf('AUC on held-out patients', ['code', 'trained on real histories', 'trained on synthetic histories'], rows),
  );
}
