import { AGE_BANDS, type Column, columnGroups, type Demographics } from '@ehrsynth/matrix';
import { Rng, uuidOf } from '@ehrsynth/random';
import { addDays, type CodedEvent, daysBetween, type PatientRecord, Sex } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { Concretizer } from './concretize.ts';
import { drawEncounters, earliestDay } from './draw-encounters.ts';
import { dropEmpty } from './drop-empty.ts';
import { drawFrom } from './histogram.ts';
import { placeCodes } from './place-codes.ts';
import type { Placeable } from './placeable.ts';
import { codeLimitsOf, type Repairs, withoutImpossible } from './repair.ts';
import type { Timeline } from './timeline.ts';

export type { Repairs } from './repair.ts';

const DAYS_A_YEAR = 365.2425;
const LAST_DATE_SPREAD_DAYS = 365;
const DAYS_TO_DEATH = 30;

export interface DecodedRow {
  record: PatientRecord;
  /** What the record holds: the row after repeats were drawn and impossible codes left out; columns ascending. */
  entries: [column: number, count: number][];
}

export interface DecoderOptions {
  seed: number;
  /** Whether the counts of a row are to be kept, or drawn from the learned repeats (rows of a binary model). */
  counts: 'row' | 'learned';
}

/** Nothing repaired yet. */
export function noRepairs(): Repairs {
  return { rows: 0, rowsWithImpossible: 0, codesDropped: 0, sexChanged: 0 };
}

/** Sampled rows → patient records. Everything that a source patient could be known by is made afresh from the seed. */
export class Decoder {
  readonly repairs: Repairs = noRepairs();
  private readonly groups;
  private readonly concretizer: Concretizer;
  private readonly rng: Rng;

  constructor(
    private readonly columns: readonly Column[],
    private readonly timeline: Timeline,
    vocabulary: Vocabulary,
    private readonly options: DecoderOptions,
  ) {
    this.groups = columnGroups(columns);
    this.concretizer = new Concretizer(vocabulary);
    this.rng = new Rng(options.seed);
  }

  /**
   * @param row its number, which with the seed alone decides what is drawn
   * @param repairs what is repaired is added to them
   */
  decode(
    row: number,
    sampled: readonly (readonly [column: number, count: number])[],
    repairs: Repairs = this.repairs,
  ): DecodedRow {
    const rng = this.rng.fork(row);
    const drawn = this.demographics(sampled, rng);
    const wanted = sampled.filter(([column]) => column >= this.firstCode);
    const { sex, age, codes } = withoutImpossible(wanted, drawn, this.columns, this.timeline, repairs);
    const counted = codes.map(([column, count]) => this.placeable(column, this.countOf(column, count, rng)));
    const life = this.drawLife(age, counted, rng);
    const drawnEncounters = drawEncounters(counted, life.lastEncounterAge, life.lastStayEnd, this.timeline, rng);
    const placedCodes = placeCodes(counted, drawnEncounters, rng);
    const { emptyEncounters } = this.timeline;
    const { encounters, placed } = dropEmpty(drawnEncounters, placedCodes, emptyEncounters, rng);
    const dateAt = (day: number) => addDays(life.birthDate, day);
    const record: PatientRecord = {
      id: uuidOf(`${this.options.seed}/${row}`),
      sex,
      birthDate: life.birthDate,
      ...(life.dead && { deathDate: life.lastDate }),
      race: drawn.race,
      ethnicity: this.ethnicity(drawn.race, rng),
      encounters: encounters.map(({ class: kind, day, stay }) => ({
        class: kind,
        start: dateAt(day),
        end: dateAt(day + stay),
      })),
      events: placed.map(({ column, encounter, day, active }) => ({
        kind: this.columns[column].kind as CodedEvent['kind'],
        code: this.concretizer.concrete(this.columns[column], { sex, age: day / DAYS_A_YEAR }),
        start: dateAt(day),
        encounter,
        ...(active !== undefined && { active }),
      })),
    };
    const demographics = this.demographicColumns(sex, age, drawn.race);
    const entries = [
      ...demographics.map((column): [number, number] => [column, 1]),
      ...counted.map(({ column, count }): [number, number] => [column, count]),
    ];
    return { record, entries };
  }

  /** The columns that a row's record will have, ascending: those of the row after what is impossible has been repaired. */
  columnsOf(row: number, sampled: readonly (readonly [column: number, count: number])[]): number[] {
    const drawn = this.demographics(sampled, this.rng.fork(row));
    const wanted = sampled.filter(([column]) => column >= this.firstCode);
    const uncounted = noRepairs();
    const { sex, age, codes } = withoutImpossible(wanted, drawn, this.columns, this.timeline, uncounted);
    return [...this.demographicColumns(sex, age, drawn.race), ...codes.map(([column]) => column)];
  }

  private placeable(column: number, count: number): Placeable {
    return {
      column,
      count,
      kind: this.columns[column].kind as CodedEvent['kind'],
      timeline: this.timeline.codes[column],
      limits: codeLimitsOf(this.columns[column]),
    };
  }

  /** Birth, the end of the record, whether that is death, and the age (days) at the last encounter and where its stay ends at the latest. */
  private drawLife(age: readonly [number, number], codes: readonly Placeable[], rng: Rng) {
    const lastDate = addDays(this.timeline.asOf, -rng.int(LAST_DATE_SPREAD_DAYS));
    const ageDays = this.ageInDays(age, rng);
    const isCertain = codes.some(({ timeline }) => timeline.onlyDead);
    const dead = rng.chance(this.timeline.deaths[age.join('-')] ?? 0) || isCertain;
    const needed = Math.max(0, ...codes.map(({ limits }) => earliestDay(limits?.minAge)));
    const lastEncounterAge = dead ? Math.max(needed, ageDays - rng.int(DAYS_TO_DEATH)) : ageDays;
    // A stay ends with the life, or with the time of which there are records.
    const lastStayEnd = dead ? ageDays : ageDays + daysBetween(lastDate, this.timeline.asOf);
    return { birthDate: addDays(lastDate, -ageDays), lastDate, ageDays, dead, lastEncounterAge, lastStayEnd };
  }

  private demographics(sampled: readonly (readonly [number, number])[], rng: Rng): Demographics {
    const found: Demographics = {};
    for (const { name, start, end } of this.groups) {
      const chosen = sampled.find(([column]) => column >= start && column < end)?.[0];
      if (chosen === undefined) continue;
      const { code } = this.columns[chosen];
      if (name === 'sex') found.sex = Sex.parse(code);
      if (name === 'race') found.race = code;
      if (name === 'age') found.ageBand = AGE_BANDS.find((band) => band.join('-') === code);
    }
    return { sex: 'unknown', ageBand: AGE_BANDS[2 + rng.int(AGE_BANDS.length - 3)], ...found };
  }

  private demographicColumns(sex: Sex, age: readonly [number, number], race?: string): number[] {
    const values: Record<string, string | undefined> = { sex, age: age.join('-'), race };
    return this.groups.flatMap(({ name, start, end }) => {
      const at = this.columns.slice(start, end).findIndex(({ code }) => code === values[name]);
      return at === -1 ? [] : [start + at];
    });
  }

  private get firstCode(): number {
    return this.groups.at(-1)?.end ?? 0;
  }

  private countOf(column: number, count: number, rng: Rng): number {
    const { repeats } = this.timeline.codes[column];
    return this.options.counts === 'learned' && repeats ? drawFrom(repeats, rng) : count;
  }

  /** A day on which the age in whole years lies in the band. */
  private ageInDays([from, to]: readonly [number, number], rng: Rng): number {
    const first = Math.ceil(from * DAYS_A_YEAR) + (from > 0 ? 1 : 0);
    const last = Math.floor((Math.min(to, 99) + 1) * DAYS_A_YEAR) - 2;
    return first + rng.int(last - first + 1);
  }

  private ethnicity(race: string | undefined, rng: Rng): string | undefined {
    const shares = this.timeline.ethnicities[race ?? ''] ?? {};
    return Object.keys(shares)[rng.weighted(Object.values(shares))];
  }
}
