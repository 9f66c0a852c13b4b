import type { EventKind } from '@ehrsynth/records';
import { ratioOfTotals } from '@ehrsynth/statistics';
import type { ShownCode } from '../longitudinal/comparison.ts';
import { SMALL_CELL, shownShare } from '../small-cells.ts';
import { type Aftermath, Aftermaths } from './aftermath.ts';
import type { ForecastComparison, HorizonComparison, MeanComparison } from './forecast-comparison.ts';
import { type Forecast, judgedPeople } from './forecast.ts';
import { type Both, DEATH, HorizonTally } from './horizon-tally.ts';
import { outcomeComparison } from './outcome-comparison.ts';

export interface CompareForecastsOptions {
  /** In days. */
  horizons?: readonly number[];
  /** No count of fewer real people is given, but for none. */
  minPatients?: number;
  /** A title for a code that is shown. */
  titleOf?: (kind: EventKind, system: string, code: string) => string | undefined;
}

/** A month, a year, five years. */
const HORIZONS = [30, 365, 1825];
/** People who have to have an outcome for it to be compared, and to be followed. */
const MIN_PEOPLE = 20;
const MOST_OUTCOMES = 25;

/**
 * Drawn futures of people against what became of them: visits, new codes and death within each horizon. Outcomes are death and the 25
 * codes that most people get who never had them before, each where at least 20 do.
 *
 * A person whose record ends before a horizon, not by death, is left out of it, and so is a future that ends so: a forecast that draws
 * from what is true is then neither above nor below it, whatever makes records end. How many are followed is compared for itself.
 * @throws Error where the histories have different dictionaries
 */
export function compareForecasts(forecast: Forecast, options: CompareForecastsOptions = {}): ForecastComparison {
  const { horizons = HORIZONS, minPatients = SMALL_CELL, titleOf } = options;
  const { histories, futures, asOf } = forecast;
  const { dictionary } = histories;
  if (futures.dictionary !== dictionary) throw new Error('the histories have different dictionaries');
  const people = judgedPeople(forecast);
  const aftermaths = new Aftermaths(dictionary.codes.length, asOf);
  const real = people.map(({ person }) => {
    aftermaths.know(histories, person);
    return aftermaths.of(histories, person);
  });
  const outcomes = [DEATH, ...commonestNewCodes(real, horizons, dictionary.codes.length)];
  const tallies = horizons.map((days) => new HorizonTally(days, people.length, outcomes));
  people.forEach(({ person, futures: rows }, i) => {
    aftermaths.know(histories, person);
    const drawn = rows.map((row) => aftermaths.of(futures, row));
    for (const tally of tallies) {
      tally.addReal(i, real[i]);
      for (const one of drawn) tally.addFuture(i, one);
      outcomes.forEach((code, place) => {
        if (code !== DEATH && aftermaths.hadBefore(code)) tally.outcomes[place].isAtRisk[i] = 0;
      });
    }
  });
  const shown = (code: number): ShownCode | 'death' => {
    if (code === DEATH) return 'death';
    const { kind, code: own } = dictionary.codes[code];
    const title = titleOf?.(kind, own.system, own.code);
    return { kind, system: own.system, code: own.code, ...(title !== undefined && { title }) };
  };
  const compared = tallies.map((tally) => horizonComparison(tally, outcomes.map(shown), minPatients));
  return {
    people: people.length,
    futuresPerPerson: people.reduce((sum, { futures: rows }) => sum + rows.length, 0) / Math.max(1, people.length),
    horizons: compared,
    summary: summaryOf(compared),
  };
}

/** Codes that most people who are followed get within some horizon and had not before. */
function commonestNewCodes(real: readonly Aftermath[], horizons: readonly number[], codes: number): number[] {
  const most = new Float64Array(codes);
  for (const horizon of horizons) {
    const counts = new Float64Array(codes);
    for (const { followed, newCodes } of real)
      if (followed >= horizon) for (const [code, days] of newCodes) if (days <= horizon) counts[code]++;
    counts.forEach((count, code) => (most[code] = Math.max(most[code], count)));
  }
  return [...most.keys()]
    .filter((code) => most[code] >= MIN_PEOPLE)
    .sort((a, b) => most[b] - most[a] || a - b)
    .slice(0, MOST_OUTCOMES);
}

function horizonComparison(
  tally: HorizonTally,
  outcomes: readonly (ShownCode | 'death')[],
  minPatients: number,
): HorizonComparison {
  tally.close();
  const { days, people, isFollowed, futures, drawn } = tally;
  const followed = shownShare(
    isFollowed.reduce((sum, one) => sum + one, 0),
    people,
    minPatients,
  );
  const found: HorizonComparison = {
    days,
    followed: {
      ...(followed !== undefined && { observed: followed }),
      expected: futures.reduce((sum, own) => sum + own, 0) / Math.max(1, drawn),
    },
    outcomes: [],
  };
  const judged = tally.judged();
  const fewest = { observed: Math.max(MIN_PEOPLE, minPatients), shown: minPatients };
  if (judged.length < fewest.observed)
    return {
      ...found,
      notMeasured: `fewer than ${fewest.observed} patients, each with at least one future, are followed for this long`,
    };
  return {
    ...found,
    visits: meanComparison(tally.visits, judged),
    newCodes: meanComparison(tally.newCodes, judged),
    outcomes: outcomes
      .flatMap((outcome, place) => {
        const one = outcomeComparison(tally, place, judged, fewest);
        return one ? [{ outcome, ...one }] : [];
      })
      .sort((a, b) => b.observed - a.observed),
  };
}

function meanComparison({ observed, expected }: Both, people: readonly number[]): MeanComparison {
  const [real, drawn] = [observed, expected].map((values) => people.map((person) => values[person]));
  const ratio = ratioOfTotals(real, drawn);
  return { observed: meanOfAll(real), expected: meanOfAll(drawn), ...(ratio && { ratio }) };
}

function summaryOf(horizons: readonly HorizonComparison[]): ForecastComparison['summary'] {
  const all = horizons.flatMap(({ outcomes }) => outcomes);
  if (all.length === 0) return { outcomes: 0 };
  const covered = all.filter(({ ratio }) => ratio && ratio.lower <= 1 && ratio.upper >= 1).length / all.length;
  const median = medianOf(all.map(({ ratio }) => ratio?.value ?? Infinity));
  const areas = all.flatMap(({ auroc }) => (auroc ? [auroc.value] : []));
  return {
    outcomes: all.length,
    covered,
    ...(Number.isFinite(median) && { medianRatio: median }),
    ...(areas.length > 0 && { meanAuroc: meanOfAll(areas) }),
  };
}

function medianOf(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function meanOfAll(values: number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
