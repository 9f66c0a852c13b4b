import { dayNumber } from '@ehrsynth/histories';
import { LEAST_EXPECTED } from '@ehrsynth/matrix';
import type { Code, CodedEvent, EventKind, PatientRecord } from '@ehrsynth/records';
import type { Entry, Variant } from './dictionary.ts';
import { PeopleCounts } from './people-counts.ts';
import { Sample } from './sample.ts';
import { grainsOf, learnGrains, learnValueBins } from './value-bins.ts';
import { detailsOf, saidBy } from './said.ts';

/** Rare codes of one column that may be on one day of a visit. */
const MOST_OF_REST = 4;

/** Learns what the events of one code are like. People are given one after another. */
export class EntryLearner {
  /** Visits that have it. */
  visits = 0;
  people = 0;
  /** Who they are, while they are few. */
  private few: Set<number> | undefined = new Set();
  private last = -1;
  private readonly bySex = new Map<string, number>();
  private readonly numbers = new Map<string, Sample>();
  private readonly said = new PeopleCounts<string>();
  private readonly panels = new PeopleCounts<string>();
  private readonly categories = new PeopleCounts<string>();
  private readonly ranges = new PeopleCounts<string>();
  private readonly interpretations = new PeopleCounts<string>();
  private readonly details = new PeopleCounts<string>();
  /** With how many of it on one day of a visit people are, each with all numbers up to their own. */
  private readonly onDay = new PeopleCounts<number>();
  /** Visits that have it, and those in which somebody has it for the first time, by their class. */
  private readonly inClass = new Map<string, number>();
  private readonly firstIn = new Map<string, number>();
  private latest: { visit: object; day: number; times: number } | undefined;
  private readonly lengths: Sample;
  private ended = 0;
  private open = 0;

  constructor(
    readonly kind: EventKind,
    readonly code: Code,
    readonly column: number,
    private readonly minPatients: number,
    /** Whether it stands for the rare codes of its column. */
    readonly rest = false,
  ) {
    this.lengths = new Sample(`${kind} ${code.code} length`);
  }

  /** @param visit in which it is */
  add(event: CodedEvent, day: number, person: number, sex: string, visit: { class: string }): void {
    const { latest } = this;
    if (latest?.visit !== visit) {
      this.visits++;
      this.inClass.set(visit.class, (this.inClass.get(visit.class) ?? 0) + 1);
    }
    const isAgain = latest?.visit === visit && latest.day === day;
    this.latest = { visit, day, times: isAgain ? latest.times + 1 : 1 };
    this.onDay.add(this.latest.times, person);
    if (person !== this.last) {
      this.firstIn.set(visit.class, (this.firstIn.get(visit.class) ?? 0) + 1);
      this.people++;
      this.bySex.set(sex, (this.bySex.get(sex) ?? 0) + 1);
      this.few?.add(person);
      if (this.people >= this.minPatients) this.few = undefined;
    }
    this.last = person;
    const said = saidBy(event);
    this.said.add(said.key, person);
    if (said.type === 'number') {
      if (!this.numbers.has(said.key)) this.numbers.set(said.key, new Sample(`${event.code.code} ${said.key}`));
      this.numbers.get(said.key)!.add(event.quantity!.value!, person);
    }
    if (event.panel) this.panels.add(JSON.stringify(event.panel), person);
    if (event.category) this.categories.add(event.category, person);
    if (event.referenceRange) this.ranges.add(JSON.stringify(event.referenceRange), person);
    if (event.interpretation) this.interpretations.add(event.interpretation, person);
    this.details.add(detailsOf(event), person);
    const length = event.end === undefined ? -1 : dayNumber(event.end) - day;
    if (length < 0) this.open++;
    else {
      this.ended++;
      this.lengths.add(length, person);
    }
  }

  /** People whose numbers of a unit, and whose lengths, the entry rests on. @param units as JSON */
  behind(units: readonly string[]): { numbers: number[]; lengths: number } {
    const people = (sample: Sample | undefined) => new Set(sample?.owners).size;
    return { numbers: units.map((unit) => people(this.numbers.get(unit))), lengths: people(this.lengths) };
  }

  /** Takes a rare code in: that it was there, and nothing that its events say. */
  join({ few, visits, bySex, inClass, firstIn }: EntryLearner): void {
    for (const person of few ?? []) this.few?.add(person);
    this.people = this.few?.size ?? this.people;
    this.visits += visits;
    for (const [sex, people] of bySex) this.bySex.set(sex, (this.bySex.get(sex) ?? 0) + people);
    for (const [name, own] of inClass) this.inClass.set(name, (this.inClass.get(name) ?? 0) + own);
    for (const [name, own] of firstIn) this.firstIn.set(name, (this.firstIn.get(name) ?? 0) + own);
    this.said.add('plain', -1);
  }

  /**
   * @param sexes of all people
   * @param classes of visits by their numbers, with how many visits each has
   */
  done(
    sexes: PeopleCounts<PatientRecord['sex']>,
    people: number,
    classes: readonly (readonly [name: string, visits: number])[],
  ): Omit<Entry, 'neverFirstAfter'> {
    const { minPatients, kind, code, column, rest } = this;
    const most = <T>(counts: PeopleCounts<string>): T | undefined => {
      const [first] = counts.common(minPatients);
      return first === undefined ? undefined : (JSON.parse(first) as T);
    };
    const details = this.details.common(minPatients);
    const kept = details.map((text): [string, number] => [text, this.details.times(text)]);
    const lacking = (['female', 'male'] as const).filter(
      (sex) => !this.bySex.has(sex) && (this.people * sexes.of(sex)) / people >= LEAST_EXPECTED,
    );
    const only = lacking.length === 1 ? (['female', 'male'] as const).find((sex) => sex !== lacking[0]) : undefined;
    const allVisits = classes.reduce((sum, [, visits]) => sum + visits, 0);
    const never = (times: number, found: ReadonlyMap<string, number>) =>
      classes.flatMap(([name, visits], i) =>
        !found.has(name) && (times * visits) / allVisits >= LEAST_EXPECTED ? [i] : [],
      );
    return {
      kind,
      code,
      column,
      rest,
      ...this.variants(),
      panel: most(this.panels),
      category: this.categories.common(minPatients)[0],
      range: most(this.ranges),
      isInterpreted: this.interpretations.common(minPatients).length > 0,
      details: kept,
      withoutDetails: this.details.all - kept.reduce((sum, [, times]) => sum + times, 0),
      lengths: learnValueBins(this.lengths, minPatients),
      ended: this.ended,
      open: this.open,
      times: rest ? MOST_OF_REST : (this.onDay.largest(minPatients) ?? 1),
      neverIn: never(this.visits, this.inClass),
      neverFirstIn: never(this.people, this.firstIn),
      ...(only && { sex: only }),
    };
  }

  /** What events say that enough people's do; that they say nothing first. */
  private variants(): Pick<Entry, 'variants' | 'scales'> {
    const variants: Variant[] = [{ type: 'plain' }];
    const scales: Entry['scales'] = [];
    for (const key of this.said.common(this.minPatients)) {
      const numbers = this.numbers.get(key);
      if (numbers) {
        const bins = learnGrains(numbers, this.minPatients)!;
        const scale = scales.push({ unit: JSON.parse(key), bins }) - 1;
        for (let bin = 0; bin < grainsOf(bins).length; bin++) variants.push({ type: 'number', scale, bin });
      } else if (key !== 'plain') variants.push(JSON.parse(key) as Variant);
    }
    // Where every event says something, none that says nothing is drawn.
    const isNeverPlain = this.said.of('plain') === 0 && variants.length > 1 && this.said.isAllCommon(this.minPatients);
    return { variants: isNeverPlain ? variants.slice(1) : variants, scales };
  }
}
