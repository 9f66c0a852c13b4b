import { ADAG, FASTING, HBA1C_NOISE } from './measure.ts';
import { ANALYTES } from './data/analytes.ts';
import type { Condition, Latent, World } from './types.ts';
import { WORLD } from './world.ts';

/** A hazard ratio of the process: holds at every age, for both sexes, whatever else is there. */
export interface TrueHazardRatio {
  cause: string;
  outcome: string;
  ratio: number;
  /** ICD-10-CM codes by which a record shows them. */
  causeCodes: string[];
  outcomeCodes: string[];
  /**
   * True where first codes of a record show it: the cause, once there, stays, and the outcome has a visit of its own. Of episodes the
   * ratio holds while they last; what is coded late is seen diluted.
   */
  isShown: boolean;
  /** Codes of the condition without which the outcome does not begin: the person-time at risk follows it. */
  fromCodes?: string[];
  /** Codes of the outcome's other causes: what an estimate has to adjust for, beside age and sex. */
  otherCauses: Record<string, string[]>;
}

/** The odds ratio with which a risk factor brings a consequence, in those who have the condition. */
export interface TrueOddsRatio {
  among: string;
  cause: string;
  outcome: string;
  ratio: number;
  /** Probability in those without any risk factor. */
  baseline: number;
  causeCodes: string[];
  outcomeCodes: string[];
}

/** What is known of a quantity's repeats within a patient: slow part exp(−gap/days), noise from one to the next. */
export interface TrueRepeats {
  loinc: string;
  /** Standard deviations: between patients of a sex and age, slow part, noise. Of logarithms where `log`. */
  between: number;
  slow: number;
  slowDays: number;
  noise: number;
  log: boolean;
  /** Factor on the three by age. */
  spread?: Record<number, number>;
  /** By ingredient: what it adds while it is taken. Of logarithms where `log`. */
  drugs: Record<string, number>;
  /** By condition. */
  conditions: Record<string, number>;
}

/** The figures of a world that measurements of its patients can be checked against. */
export interface Truth {
  hazardRatios: TrueHazardRatio[];
  oddsRatios: TrueOddsRatio[];
  /** Deaths per 1,000 person-years by age without diseases and in all; factors and additions by condition. */
  mortality: World['mortality'] & { ratios: Record<string, number>; excess: Record<string, number> };
  /** Share of a year's hazard by month, January first, with the codes that show it. */
  seasons: Record<string, { codes: string[]; months: number[] }>;
  /** Days between fills beyond the days' supply: mean and standard deviation. */
  refills: { lateDays: number; sdDays: number };
  /** After discharge: the day, its standard deviation, the share kept by a person of average habits. */
  followUps: World['visits']['followUps'];
  /** Episodes a 1,000 person-years after the first, factor for each further one. */
  recurrences: Record<string, { codes: string[]; rate: number; perEpisode: number }>;
  /** By name of the quantity; its LOINC code where it is measured as it is. */
  repeats: Record<string, TrueRepeats>;
  /** Correlation of two quantities of one sample, beside what diseases, drugs and age bring. */
  correlations: { a: string; b: string; r: number }[];
  /** Correlation within a patient of HbA1c and glucose of one visit. */
  hba1cGlucose: { diabetes: number; others: number };
  /** Of pressures taken by hand: share of all, and of those the share in tens. */
  heaping: { byHand: number; tens: number };
}

const LIKELY = 0.8;

/** What is true of a world. */
export function truthOf(world: World = WORLD): Truth {
  const { conditions, mortality, visits, latents } = world;
  const named = Object.entries(conditions);
  /** A stage is shown by its own codes and those of the stages after it. */
  const codes = (name: string, but: string[] = []): string[] => [
    ...new Set([
      ...codesOf(conditions[name]),
      ...(conditions[name].replacedBy ?? [])
        .filter((later) => !but.includes(later))
        .flatMap((later) => codesOf(conditions[later])),
    ]),
  ];
  return {
    hazardRatios: named.flatMap(([outcome, { hazardRatios = {}, from }]) =>
      Object.entries(hazardRatios)
        .filter(([cause]) => codes(cause).length > 0 && codes(outcome).length > 0)
        .map(([cause, ratio]) => ({
          cause,
          outcome,
          ratio,
          causeCodes: codes(cause, [outcome]),
          outcomeCodes: codes(outcome),
          ...(from !== undefined && { fromCodes: codesOf(conditions[from]) }),
          isShown: isSure(conditions[cause]) && isSure(conditions[outcome]),
          otherCauses: Object.fromEntries(
            Object.keys(hazardRatios)
              .filter((other) => other !== cause)
              .map((other) => [other, codes(other, [outcome])]),
          ),
        })),
    ),
    oddsRatios: named.flatMap(([among, { leadsTo = [] }]) =>
      leadsTo.flatMap(({ condition: outcome, probability: baseline, oddsRatios = {} }) =>
        Object.entries(oddsRatios).map(([cause, ratio]) => ({
          among,
          cause,
          outcome,
          ratio,
          baseline,
          causeCodes: codes(cause),
          outcomeCodes: codes(outcome),
        })),
      ),
    ),
    mortality: {
      ...mortality,
      ratios: some(named, ({ deathRatio }) => deathRatio),
      excess: some(named, ({ excessDeath }) => excessDeath),
    },
    seasons: some(named, ({ season, ...condition }) =>
      season === undefined
        ? undefined
        : { codes: codesOf(condition), months: world.seasons[season].map((factor) => factor / 12) },
    ),
    refills: { lateDays: visits.fillLate, sdDays: visits.fillSd },
    followUps: visits.followUps,
    recurrences: some(
      named,
      ({ recurrence, ...condition }) => recurrence && { codes: codesOf(condition), ...recurrence },
    ),
    repeats: some(Object.entries(latents), (latent, name) => repeatsOf(latent, name)),
    correlations: correlationsOf(latents),
    hba1cGlucose: {
      diabetes: withinCorrelation(latents.glucose, 'type 2 diabetes'),
      others: withinCorrelation(latents.glucose),
    },
    heaping: { byHand: visits.manualPressure, tens: visits.roundedToTen },
  };
}

/** Coded when it begins if it begins in the record, and soon if it was there before. */
function isSure({ course, setting, recall = 0 }: Condition): boolean {
  return course === 'chronic' ? setting !== undefined && recall >= LIKELY : course === 'acute' && setting !== undefined;
}

function codesOf({ codes, codesAgain = {} }: Condition): string[] {
  return [...new Set([...Object.keys(codes), ...Object.keys(codesAgain)])];
}

function some<T, U>(entries: [string, T][], of: (item: T, name: string) => U | undefined): Record<string, U> {
  return Object.fromEntries(
    entries.flatMap(([name, item]) => {
      const value = of(item, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function repeatsOf(latent: Latent, name: string): TrueRepeats | undefined {
  if (!Object.hasOwn(ANALYTES, name)) return undefined;
  const { between, slow, slowDays, noise, log = false, spread, drugs = {}, conditions = {} } = latent;
  return {
    loinc: ANALYTES[name].loinc,
    between,
    slow,
    slowDays,
    noise,
    log,
    ...(spread && { spread }),
    drugs,
    conditions,
  };
}

/** Sums of products of the loadings on shared factors, by LOINC code. */
function correlationsOf(latents: World['latents']): Truth['correlations'] {
  const sharing = Object.entries(latents).filter(([, { shares }]) => shares);
  return sharing.flatMap(([a, { shares: one = {} }], i) =>
    sharing.slice(i + 1).flatMap(([b, { shares: other = {} }]) => {
      const r = Object.keys(one).reduce((sum, factor) => sum + one[factor] * (other[factor] ?? 0), 0);
      return r === 0 ? [] : [{ a: ANALYTES[a].loinc, b: ANALYTES[b].loinc, r }];
    }),
  );
}

/** r = σ² / √((σ² + noise of one)(σ² + noise of the other)), σ the slow part of mean glucose, both on the scale of glucose. */
function withinCorrelation({ slow, noise, wider = {} }: Latent, condition?: string): number {
  const factor = condition === undefined ? 1 : (wider[condition] ?? 1);
  const signal = (slow * factor) ** 2;
  const ofHba1c = (HBA1C_NOISE * ADAG.slope) ** 2;
  const ofGlucose = ((noise * factor) / FASTING) ** 2;
  return signal / Math.sqrt((signal + ofHba1c) * (signal + ofGlucose));
}
