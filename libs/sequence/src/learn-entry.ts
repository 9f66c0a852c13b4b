import { dayNumber } from '@ehrsynth/histories';
import type { Code, CodedEvent, EventKind, PatientRecord } from '@ehrsynth/records';
import type { Entry, Variant } from './dictionary.ts';
import { PeopleCounts } from './people-counts.ts';
import { Sample } from './sample.ts';
import { learnValueBins } from './value-bins.ts';
import { detailsOf, saidBy } from './said.ts';

/** People who would have a code by chance, from which on it is taken to be impossible in those that never have it. */
const LEAST_EXPECTED = 20;

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

  add(event: CodedEvent, day: number, person: number, sex: string): void {
    if (person !== this.last) {
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

  /** Takes a rare code in: that it was there, and nothing that its events say. */
  join({ few, visits, bySex }: EntryLearner): void {
    for (const person of few ?? []) this.few?.add(person);
    this.people = this.few?.size ?? this.people;
    this.visits += visits;
    for (const [sex, people] of bySex) this.bySex.set(sex, (this.bySex.get(sex) ?? 0) + people);
    this.said.add('plain', -1);
  }

  /** @param sexes of all people */
  done(sexes: PeopleCounts<PatientRecord['sex']>, people: number): Entry {
    const { minPatients, kind, code, column, rest } = this;
    const most = <T>(counts: PeopleCounts<string>): T | undefined => {
      const [first] = counts.common(minPatients);
      return first === undefined ? undefined : (JSON.parse(first) as T);
    };
    const details = this.details.common(minPatients);
    const kept = details.map((text): [string, number] => [text, this.details.times(text)]);
    const never = (['female', 'male'] as const).filter(
      (sex) => !this.bySex.has(sex) && (this.people * sexes.of(sex)) / people >= LEAST_EXPECTED,
    );
    const only = never.length === 1 ? (['female', 'male'] as const).find((sex) => sex !== never[0]) : undefined;
    return {
      kind,
      code,
      column,
      rest,
      variants: this.variants(),
      panel: most(this.panels),
      category: this.categories.common(minPatients)[0],
      range: most(this.ranges),
      isInterpreted: this.interpretations.common(minPatients).length > 0,
      details: kept,
      withoutDetails: this.details.all - kept.reduce((sum, [, times]) => sum + times, 0),
      lengths: learnValueBins(this.lengths, minPatients),
      ended: this.ended,
      open: this.open,
      ...(only && { sex: only }),
    };
  }

  /** What events say that enough people's do; that they say nothing first. */
  private variants(): Variant[] {
    const variants: Variant[] = [{ type: 'plain' }];
    for (const key of this.said.common(this.minPatients)) {
      const numbers = this.numbers.get(key);
      if (numbers) {
        const bins = learnValueBins(numbers, this.minPatients)!;
        const unit = JSON.parse(key);
        bins.bins.forEach((_, bin) => variants.push({ type: 'number', unit, bins, bin }));
      } else if (key !== 'plain') variants.push(JSON.parse(key) as Variant);
    }
    // Where every event says something, none that says nothing is drawn.
    return this.said.of('plain') === 0 && variants.length > 1 && this.said.isAllCommon(this.minPatients)
      ? variants.slice(1)
      : variants;
  }
}
