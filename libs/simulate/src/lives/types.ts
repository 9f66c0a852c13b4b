/** Values at ages in years; straight lines between them, constant before the first and after the last. */
export type ByAge = Record<number, number>;

/** Of lognormal durations: median in days and the standard deviation of the logarithm. */
export type Duration = readonly [medianDays: number, sigma: number];

/** Something that follows a condition in some: a complication, an outcome. */
export interface Consequence {
  condition: string;
  /** In those with none of the risk factors. */
  probability: number;
  oddsRatios?: Record<string, number>;
  /** Days after the onset, uniform between the two. */
  days: readonly [from: number, to: number];
}

/** A disease, a complaint, a habit or a pregnancy: how often it begins, in whom, how long it lasts, how it is seen. */
export interface Condition {
  /**
   * chronic: begins once and stays. episode: ends, and may come again. acute: the same, but looked at only while the record
   * runs, because nothing depends on it later.
   */
  course: 'chronic' | 'episode' | 'acute';
  /** ICD-10-CM codes with their shares. Empty: shapes the life and is not coded by itself. */
  codes: Record<string, number>;
  /** Codes of second and later episodes. */
  codesAgain?: Record<string, number>;
  /**
   * New cases per 1,000 person-years in those without any of the risk factors; none before the first age. Left out: never in that
   * sex.
   */
  men?: ByAge;
  women?: ByAge;
  /** Both sexes alike. */
  people?: ByAge;
  /** Of those who have another condition. */
  hazardRatios?: Record<string, number>;
  /** Begins only in those who have this one. */
  from?: string;
  /** Of an episode once there has been one: per 1,000 person-years, and the factor for each earlier episode. */
  recurrence?: { rate: number; perEpisode: number };
  lasts?: Duration;
  /** What it does to the body comes evenly between these days after its onset. */
  builds?: readonly [from: number, to: number];
  /** No spell is longer, in days. */
  longestDays?: number;
  /** Its beginning ends these. */
  ends?: string[];
  /** Begins where this one ends. */
  then?: string;
  /** Variance between persons of a gamma-distributed factor on the hazard, with mean 1. */
  frailty?: number;
  season?: string;
  /** Not seen before this day. */
  firstDay?: string;
  leadsTo?: Consequence[];
  /** Where it is first seen; left out: at whatever visit comes next. */
  setting?: 'AMB' | 'EMER' | 'IMP';
  stay?: Duration;
  /** Share who die of it within the stay, at 65 years; multiplied by 2 per 20 years of age. */
  fatality?: number;
  /** Factor on mortality, and deaths a year that it adds. */
  deathRatio?: number;
  excessDeath?: number;
  /** Days between the visits that it needs. */
  controlDays?: number;
  /** Not coded any longer once one of these is there: the stages that come after it. */
  replacedBy?: string[];
  /** Probability of being coded at a routine visit while it lasts. */
  recall?: number;
  /** Cycles of infusions in the clinic. */
  cycles?: Cycles;
}

/** A course of infusions: who gets it, when it begins after the onset, how many cycles how many days apart. */
export interface Cycles {
  probability: number;
  delayDays: readonly [from: number, to: number];
  everyDays: number;
  count: readonly [from: number, to: number];
  drugs: string[];
}

export interface Drug {
  /** As the FDA's directory names the substance. */
  ingredient: string;
  route: string;
  /** What one fill lasts. */
  daysSupply: number;
  timesPerDay: number;
  dose: { value: number; unit: string };
  /** Fills after the first that a prescription allows; 0 for a course that is taken once. */
  refills: number;
  /** Drugs of one group are not taken together. */
  group?: string;
  /** Not taken once a pregnancy is known. */
  notInPregnancy?: boolean;
}

export interface Treatment {
  condition: string;
  /** Share who are treated with one of the options. */
  probability: number;
  /** Drug → share among the treated. */
  options: Record<string, number>;
  /** Days from the onset to the first fill. */
  delayDays?: readonly [from: number, to: number];
  /** Stops a year, of drugs that are refilled. */
  stopsAYear?: number;
}

/** A quantity of the body that measurements show: personal level + slow change + what diseases and drugs do. */
export interface Latent {
  men: ByAge;
  women: ByAge;
  /** Standard deviation between persons of a sex and age. */
  between: number;
  /** Standard deviation of the slow part (Ornstein–Uhlenbeck), and the days after which its correlation is 1/e. */
  slow: number;
  slowDays: number;
  /** Standard deviation from measurement to measurement. */
  noise: number;
  /** The logarithm is what adds up: effects are factors' logarithms. */
  log?: boolean;
  /** Loadings on factors that several quantities share: their personal, slow and random parts go together with the products. */
  shares?: Record<string, number>;
  /** Factor by age on all three spreads. */
  spread?: ByAge;
  /** What high values level off at: v becomes v / (1 + v / ceiling). */
  ceiling?: number;
  /** What a condition adds while it lasts. */
  conditions?: Record<string, number>;
  /** What a drug adds while it is taken. */
  drugs?: Record<string, number>;
  /** Factor on the slow part and the noise of those who have a condition. */
  wider?: Record<string, number>;
}

export interface Population {
  femaleShare: number;
  /** Upper ends of age groups at the end of the simulation (years) and the share of people in them. */
  ages: readonly (readonly [to: number, share: number])[];
  races: Record<string, number>;
  hispanicShare: number;
  /** Years before the end of the simulation in which something is recorded, and the share seen for all of them. */
  windowYears: number;
  wholeWindowShare: number;
}

export interface Mortality {
  /** Deaths per 1,000 person-years by age in those with none of the diseases that change it. */
  men: ByAge;
  women: ByAge;
  /** The factors of diseases multiply up to this. */
  largestRatio: number;
  /** All deaths per 1,000 person-years by age group (years), which the above is set for: both sexes, whatever they have. */
  total: readonly { from: number; to: number; deaths: number }[];
}

export interface VisitRhythm {
  /** Share of adults by age who come once a year for a check-up. */
  checkUp: { men: ByAge; women: ByAge };
  /** Days between check-ups, and the coefficient of variation of all intervals. */
  checkUpDays: number;
  variation: number;
  /** Days of age at the well-child visits (AAP, Bright Futures). */
  wellChildDays: readonly number[];
  wellChildKept: number;
  /** After discharge: day, its standard deviation, share kept. */
  followUps: readonly { day: number; sd: number; kept: number }[];
  controlKept: number;
  influenzaVaccine: ByAge;
  /** Share of blood pressures that are taken by hand, and of those the share rounded to 10. */
  manualPressure: number;
  roundedToTen: number;
  /** Fills: mean and standard deviation of days late (negative: early). */
  fillLate: number;
  fillSd: number;
}

export interface World {
  population: Population;
  mortality: Mortality;
  /** Factor on the hazard by month, January first; mean 1. */
  seasons: Record<string, readonly number[]>;
  conditions: Record<string, Condition>;
  drugs: Record<string, Drug>;
  treatments: Treatment[];
  latents: Record<string, Latent>;
  visits: VisitRhythm;
}

export type DeepPartial<T> = T extends readonly unknown[] | string | number | boolean
  ? T
  : { [K in keyof T]?: DeepPartial<T[K]> };

export type WorldOverrides = DeepPartial<World>;

export type VisitKind =
  | 'checkUp'
  | 'control'
  | 'acute'
  | 'emergency'
  | 'stay'
  | 'followUp'
  | 'prenatal'
  | 'wellChild'
  | 'cycle'
  | 'vaccination';

/** A measurement as laboratories report it. */
export interface Analyte {
  loinc: string;
  display: string;
  /** UCUM. */
  unit: string;
  decimals: number;
  category: 'laboratory' | 'vital-signs' | 'survey';
  /** No patient's value is lower or higher. */
  limits: readonly [low: number, high: number];
  /** Reference ranges. */
  ranges?: Record<'men' | 'women', readonly [low: number | undefined, high: number | undefined]>;
  /** Beyond these the interpretation is LL or HH. */
  critical?: readonly [low: number, high: number];
  /** What the assay cannot show is reported with a comparator: less than, greater than. */
  below?: number;
  above?: number;
}

/** What is measured together. */
export interface Order {
  members: readonly string[];
  /** Probability by kind of visit. */
  visits: Partial<Record<VisitKind, number>>;
  /** Probability at a visit of those who have a condition, in the clinic. */
  conditions?: Record<string, number>;
  /** Probability at a visit because of a condition. */
  reasons?: Record<string, number>;
  /** Probability at check-ups of men by age. */
  checkUpMen?: ByAge;
  /** Not again in the clinic within so many days. */
  gapDays?: number;
  fromAge?: number;
  sex?: 'female' | 'male';
}
