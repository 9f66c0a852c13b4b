import { type Column, SexCounts } from '@ehrsynth/matrix';
import { yieldToEventLoop } from '@ehrsynth/io';
import { ageInYears, type CodedEvent, daysBetween, type PatientRecord } from '@ehrsynth/records';
import { Deaths } from './deaths.ts';
import { histogram } from './histogram.ts';
import { OwnedCounts, OwnedValues } from './owned.ts';
import { columnBlocks, PairCounts } from './pair-counts.ts';
import { limitsOf } from './repair.ts';
import { shareOf, sharesOf } from './shares.ts';
import { ValueCounts } from './value-counts.ts';
import type { CodeTimeline, Timeline } from './timeline.ts';

const EVENT_BUCKETS = [2, 5, 10, 20, 40, 80, 160, 320, Infinity];
const COUNT_EDGES = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 80, 130, 210, 350, 550, 900];
const DAY_EDGES = [0, 1, 3, 7, 14, 30, 60, 90, 150, 240, 365, 550, 730, 1100, 1825, 3650];
const AGE_EDGES = [0, 1, 3, 6, 9, 12, 15, 18, 21, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 121];
/** Where the dates of a cohort lie beyond this year, they were shifted to hide them. */
const LAST_REAL_YEAR = 2099;
const AS_OF_OF_SHIFTED = '2024-12-31';

/** Pairs of columns that are counted in one pass over the records, at 12 bytes each: of 5,700 columns all. */
const PAIRS_PER_PASS = 2 ** 25;

/**
 * Learns the aggregates from records, in one pass; in more where there are over 5,700 columns, so that the memory that pairs of columns
 * take has a bound. `columnOf` says in which column an event counts. Each number rests on at least
 * `minPatients` patients; where what the others have would follow from it, on so many others too.
 */
export async function learnTimeline(
  records: () => AsyncIterable<PatientRecord>,
  columns: readonly Column[],
  columnOf: (event: CodedEvent) => number | undefined,
  minPatients: number,
  { pairsPerPass = PAIRS_PER_PASS }: { pairsPerPass?: number } = {},
): Promise<Timeline> {
  const learner = new Learner(columns, minPatients);
  const company: Company[] = [];
  for (const [pass, block] of columnBlocks(columns, pairsPerPass).entries()) {
    const pairs = new PairCounts(columns, minPatients, block);
    for await (const record of records()) {
      const columnOfEvent = record.events.map((event) => columnOf(event) ?? -1);
      const occurrences = occurrencesOf(record, columnOfEvent);
      if (pass === 0) learner.learn(record, columnOfEvent, occurrences);
      pairs.add(occurrences);
      await yieldToEventLoop();
    }
    for (let column = block.from; column < block.to; column++) company.push(pairs.of(column, learner.patients));
  }
  return learner.timeline(company);
}

/** What a column's occurrences have to do with those of others. */
type Company = Pick<CodeTimeline, 'together' | 'after'>;

/** A patient's events by their columns, in the order in which the columns first come. */
function occurrencesOf({ events }: PatientRecord, columnOfEvent: number[]): Map<number, CodedEvent[]> {
  const occurrences = new Map<number, CodedEvent[]>();
  events.forEach((event, i) => {
    const column = columnOfEvent[i];
    if (column === -1) return;
    if (occurrences.has(column)) occurrences.get(column)!.push(event);
    else occurrences.set(column, [event]);
  });
  return occurrences;
}

/** Values of one column over its carriers. */
interface CodeValues {
  firstAges: ValueCounts;
  repeats: ValueCounts;
  active: number;
  stated: number;
  classes: Map<string, number>;
}

class Learner {
  patients = 0;
  private readonly encounterCounts = EVENT_BUCKETS.map(() => new ValueCounts());
  private readonly gaps = new OwnedValues();
  private readonly stays = new Map<string, OwnedValues>();
  /** Encounters by class, and those in which a column stands or none. */
  private readonly classes = new OwnedCounts();
  private readonly fillings = new OwnedCounts();
  private readonly lastYears = new Map<number, number>();
  private readonly deaths: Deaths;
  private readonly sexes: SexCounts;
  private readonly ethnicities = new Map<string, Map<string, number>>();
  private readonly codes: CodeValues[];

  constructor(
    private readonly columns: readonly Column[],
    private readonly k: number,
  ) {
    this.deaths = new Deaths(columns.length, k);
    this.sexes = new SexCounts(columns.length);
    this.codes = columns.map(() => ({
      firstAges: new ValueCounts(),
      repeats: new ValueCounts(),
      active: 0,
      stated: 0,
      classes: new Map(),
    }));
  }

  learn(record: PatientRecord, columnOfEvent: number[], occurrences: Map<number, CodedEvent[]>): void {
    this.patients++;
    const { encounters, events } = record;
    const kept = columnOfEvent.filter((column) => column !== -1).length;
    if (kept > 0) this.encounterCounts[EVENT_BUCKETS.findIndex((upTo) => kept <= upTo)].add(encounters.length);
    this.learnEncounters(record);
    const filled = new Set(events.filter((_, i) => columnOfEvent[i] !== -1).map(({ encounter }) => encounter));
    this.fillings.add(countsOf(encounters.map((_, i) => (filled.has(i) ? 'filled' : 'empty'))));
    this.learnPerson(record);
    this.deaths.add(record, occurrences.keys());
    this.sexes.add(record.sex, occurrences.keys());
    for (const [column, all] of occurrences) this.learnCode(this.codes[column], record, all);
  }

  /** @param company of each column */
  timeline(company: readonly Company[]): Timeline {
    const { k } = this;
    return {
      format: 'ehrsynth-timeline-1',
      minPatients: k,
      asOf: this.asOf(),
      encounters: this.encounterBuckets(),
      emptyEncounters: this.emptyShare(),
      gapDays: this.gaps.histogram(DAY_EDGES, k),
      classes: sharesOf(this.classes.sums(k), k),
      stayDays: Object.fromEntries(
        [...this.stays].flatMap(([kind, days]) => {
          const found = days.histogram(DAY_EDGES, k);
          return found ? [[kind, found]] : [];
        }),
      ),
      deaths: this.deaths.shares(),
      ethnicities: Object.fromEntries(
        [...this.ethnicities].flatMap(([race, counts]) => {
          const found = unlessEmpty(sharesOf(counts, k));
          return found ? [[race, found]] : [];
        }),
      ),
      codes: this.columns.map((_, column) => ({ ...this.codeTimeline(column), ...company[column] })),
    };
  }

  private learnEncounters({ encounters }: PatientRecord): void {
    this.classes.add(countsOf(encounters.map(({ class: kind }) => kind)));
    let before: string | undefined;
    for (const { class: kind, start, end } of encounters) {
      if (start && end && end >= start) {
        if (!this.stays.has(kind)) this.stays.set(kind, new OwnedValues());
        this.stays.get(kind)!.push(daysBetween(start, end), this.patients);
      }
      if (start && before) this.gaps.push(Math.max(0, daysBetween(before, start)), this.patients);
      before = start ?? before;
    }
  }

  private learnPerson(record: PatientRecord): void {
    const last = record.deathDate ?? record.encounters.at(-1)?.start;
    if (last) {
      const year = Number(last.slice(0, 4));
      this.lastYears.set(year, (this.lastYears.get(year) ?? 0) + 1);
    }
    if (record.ethnicity) {
      const race = record.race ?? '';
      if (!this.ethnicities.has(race)) this.ethnicities.set(race, new Map());
      add(this.ethnicities.get(race)!, record.ethnicity);
    }
  }

  private learnCode(values: CodeValues, { birthDate, encounters }: PatientRecord, events: CodedEvent[]): void {
    values.repeats.add(events.length);
    const starts = events.map((event) => event.start).filter((start) => start !== undefined);
    if (birthDate && starts.length > 0) {
      const first = starts.reduce((a, b) => (a < b ? a : b));
      if (first >= birthDate) values.firstAges.add(Math.floor(ageInYears(birthDate, first)));
    }
    if (events.some((event) => event.active !== undefined)) values.stated++;
    if (events.some((event) => event.active)) values.active++;
    const classes = new Set(events.map(({ encounter }) => encounter !== undefined && encounters[encounter].class));
    for (const kind of classes) if (kind) add(values.classes, kind);
  }

  private codeTimeline(column: number): CodeTimeline {
    const { firstAges, repeats, active, stated, classes } = this.codes[column];
    const { k } = this;
    return {
      firstAge: histogram(firstAges.values(), AGE_EDGES, k),
      repeats: histogram(repeats.values(), COUNT_EDGES, k),
      active: stated >= k ? shareOf(active, stated, k) : undefined,
      classes: unlessEmpty(sharesOf(classes, k)),
      sex: limitsOf(this.columns[column]) === undefined ? this.sexes.only(column) : undefined,
      onlyDead: this.deaths.isOnlyOfDead(column) || undefined,
    };
  }

  /** A bucket with fewer than k patients is joined with the next. */
  private encounterBuckets(): Timeline['encounters'] {
    const buckets: Timeline['encounters'] = [];
    let values: number[] = [];
    EVENT_BUCKETS.forEach((upTo, i) => {
      values = values.concat(Array.from(this.encounterCounts[i].values()));
      const counts = histogram(values, [0, ...COUNT_EDGES], this.k);
      if (!counts) return;
      buckets.push({ upTo: Math.min(upTo, 1e9), counts });
      values = [];
    });
    if (buckets.length > 0) buckets.at(-1)!.upTo = 1e9;
    return buckets;
  }

  /** 0 where fewer than k patients have an empty encounter. */
  private emptyShare(): number {
    const { empty = 0, filled = 0 } = Object.fromEntries(this.fillings.sums(this.k)) as Record<string, number>;
    return empty === 0 ? 0 : Math.min(0.99, Math.round((100 * empty) / (empty + filled)) / 100);
  }

  private asOf(): string {
    const years = [...this.lastYears].filter(([, patients]) => patients >= this.k).map(([year]) => year);
    const last = Math.max(...years, 0);
    const shifted = [...this.lastYears].reduce(
      (sum, [year, patients]) => sum + (year > LAST_REAL_YEAR ? patients : 0),
      0,
    );
    return last === 0 || shifted >= this.k ? AS_OF_OF_SHIFTED : `${last}-12-31`;
  }
}

/** A value that nobody may be known to have is not listed, with nothing beside it either. */
function unlessEmpty(shares: Record<string, number>): Record<string, number> | undefined {
  return Object.keys(shares).length > 0 ? shares : undefined;
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) add(counts, name);
  return counts;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
