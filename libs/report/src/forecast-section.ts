import { escapeHtml } from '@ehrsynth/io';
import type { ForecastComparison, HorizonComparison, MeanComparison, OutcomeComparison } from '@ehrsynth/evaluation';
import { fixed, intervalText, numberText, percent } from '@ehrsynth/statistics';
import { codeText, intervalCell } from './figure-cells.ts';
import { sectionOf, tableOf } from './html.ts';
import { NOT_MEASURED } from './row.ts';

/** Drawn futures of held-out people beside what became of them. */
export interface ShownForecasts extends ForecastComparison {
  /** The last day that was known of each record: YYYY-MM-DD. */
  asOf: string;
  /** What was left out, in sentences. */
  notes: readonly string[];
}

/** Forecasts: observed beside expected numbers, by horizon and outcome. */
export function forecastSection(forecasts: ShownForecasts): string {
  const { people, futuresPerPerson, asOf, horizons, notes } = forecasts;
  const measured = horizons.filter(({ outcomes }) => outcomes.length > 0);
  return sectionOf(
    'forecasts',
    'Forecasts',
    `<p>What happened to ${numberText(people)} held-out patients after ${escapeHtml(asOf)}, compared with ${numberText(futuresPerPerson)} futures of each, drawn from the record up to then. Observed to expected is 1 if as many patients have an outcome as in their futures. Patients (and futures) whose follow-up ends before a horizon for a reason other than death are left out of it.</p>`,
    ...notes.map((note) => `<p>${escapeHtml(note)}</p>`),
    tableOf('All outcomes and horizons', ['', 'found', 'perfect'], forecastSummaryRows(forecasts)),
    tableOf('By horizon', HORIZON_HEAD, horizons.map(horizonRow)),
    ...measured.map((horizon) =>
      tableOf(
        `Outcomes within ${daysText(horizon)}`,
        ['', 'observed', 'expected', 'observed to expected', 'AUROC', 'Brier score', 'Brier score of the prevalence'],
        horizon.outcomes.map(outcomeRow),
      ),
    ),
  );
}

/** The summary of all outcomes and horizons, with what a perfect forecast has. */
export function forecastSummaryRows({ summary, horizons }: ForecastComparison): string[][] {
  const { outcomes, covered, medianRatio, meanAuroc } = summary;
  const two = (value: number | undefined) => (value === undefined ? NOT_MEASURED : fixed(value, 2));
  return [
    [
      `outcomes and horizons whose interval of observed to expected contains 1, of ${numberText(outcomes)}`,
      covered === undefined ? NOT_MEASURED : percent(covered),
      'at least 95 %',
    ],
    ['observed to expected, median', two(medianRatio), '1'],
    ['AUROC, mean', two(meanAuroc), 'as high as possible'],
    ...horizons.flatMap((horizon) => [
      [
        `visits within ${daysText(horizon)}, observed to expected`,
        horizon.visits?.ratio ? intervalText(horizon.visits.ratio, 2) : NOT_MEASURED,
        '1 in the interval',
      ],
      [`futures followed for ${daysText(horizon)}`, ...followedCells(horizon)],
    ]),
  ];
}

const HORIZON_HEAD = [
  '',
  'patients followed',
  'futures followed',
  'visits per patient: observed / expected',
  'ratio',
  'new codes per patient: observed / expected',
  'ratio',
];

function horizonRow(horizon: HorizonComparison): string[] {
  const { visits, newCodes, notMeasured } = horizon;
  const [drawn, real] = followedCells(horizon);
  const cells = (one: MeanComparison | undefined, reason?: string) => [
    one ? `${fixed(one.observed, 2)} / ${fixed(one.expected, 2)}` : intervalCell(undefined, reason),
    one?.ratio ? intervalText(one.ratio, 2) : NOT_MEASURED,
  ];
  return [daysText(horizon), real, drawn, ...cells(visits, notMeasured), ...cells(newCodes)];
}

/** Shares of futures, and of people, that are followed so far. */
function followedCells({ followed: { observed, expected } }: HorizonComparison): [drawn: string, real: string] {
  return [percent(expected), observed === undefined ? 'too few to show' : percent(observed)];
}

function outcomeRow({ outcome, people, observed, expected, ratio, auroc, brier }: OutcomeComparison): string[] {
  const share = people === undefined ? undefined : observed / people;
  return [
    outcome === 'death' ? 'death' : codeText(outcome),
    numberText(observed),
    fixed(expected, 1),
    ratio ? intervalText(ratio, 2) : `${NOT_MEASURED}: it does not occur in any future`,
    intervalCell(auroc, 'everyone has it'),
    fixed(brier, 4),
    share === undefined ? 'too few to show' : fixed(share * (1 - share), 4),
  ];
}

function daysText({ days }: HorizonComparison): string {
  return `${numberText(days)} days`;
}
