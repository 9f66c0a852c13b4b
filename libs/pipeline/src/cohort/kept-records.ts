import { type CodedEvent, type PatientRecord, withoutText, withQuantities } from '@ehrsynth/records';
import { CommonUnits, type CountedUnits, type UnitReport, withUsualUnit } from '@ehrsynth/units';
import { type CountedTexts, RareTexts } from './rare-texts.ts';

/** What a cohort does not keep of its source, with how many events it took it from. */
const TEXT_NOT_KEPT = 'value is text: not kept in the cohort';
const WORDS_NOT_KEPT = 'unit in unrecognised words: not kept in the cohort';
const rareNotKept = (minPatients: number) =>
  `unit or coded answer of ${minPatients === 1 ? 'no training patient' : `fewer than ${minPatients} training patients`}: not kept in the cohort`;

/** What was counted of some patients' records, as JSON. */
export interface CountedRecords {
  units: CountedUnits;
  texts: CountedTexts;
  notes: [what: string, events: number][];
}

/**
 * Records as a cohort keeps them: without text, each code's values in one unit, without units and answers that nobody knows and few have.
 * Which these are is known when all have been counted.
 */
export class KeptRecords {
  /** What was not kept, and of how many events. */
  readonly notes = new Map<string, number>();
  private readonly units = new CommonUnits();
  private readonly rareTexts: RareTexts;

  constructor(private readonly minPatients: number) {
    this.rareTexts = new RareTexts(minPatients);
  }

  /** Counts a record, and gives it without text. @param isTraining whether it has a say in what is kept */
  count(record: PatientRecord, isTraining: boolean): PatientRecord {
    this.note(TEXT_NOT_KEPT, record.events.filter(isTextAlone).length);
    const counted = this.withoutTexts(record, isTraining);
    this.rareTexts.add(counted.events, isTraining);
    return counted;
  }

  /** Whether `kept` changes anything. */
  get isChanged(): boolean {
    return this.units.isMixed || this.rareTexts.hasAny;
  }

  /** A record that was counted, when all were; the record itself where nothing of it changes. */
  kept(record: PatientRecord): PatientRecord {
    let isChanged = false;
    const kept = record.events.map((event) => {
      const left = this.rareTexts.without(event);
      if (left !== event) this.note(rareNotKept(this.minPatients), 1);
      const applied = this.units.apply(left);
      isChanged ||= applied !== event;
      return applied;
    });
    return isChanged ? { ...record, events: kept } : record;
  }

  /** A record that is no part of the cohort as the cohort has its own. */
  likeOwn(record: PatientRecord): PatientRecord {
    const { events, ...rest } = this.withoutTexts(record, false);
    return { ...rest, events: events.map((event) => this.units.apply(this.rareTexts.without(event))) };
  }

  report(): UnitReport[] {
    return this.units.report((unit) => this.rareTexts.shown(unit));
  }

  counted(): CountedRecords {
    return { units: this.units.counted(), texts: this.rareTexts.counted(), notes: [...this.notes] };
  }

  /** Adds what was counted of other patients. */
  include({ units, texts, notes }: CountedRecords): void {
    this.units.include(units);
    this.rareTexts.include(texts);
    for (const [what, events] of notes) this.note(what, events);
  }

  private withoutTexts(record: PatientRecord, hasSay: boolean): PatientRecord {
    const { events, ...rest } = withoutText(record);
    const counted = events.map((event) => {
      const left = withQuantities(event, (quantity) => withUsualUnit(quantity, 'words'));
      if (left !== event) this.note(WORDS_NOT_KEPT, 1);
      return this.units.add(left, hasSay);
    });
    return { ...rest, events: counted };
  }

  private note(what: string, events: number): void {
    if (events > 0) this.notes.set(what, (this.notes.get(what) ?? 0) + events);
  }
}

function isTextAlone({ text, sourceText, quantity, answer }: CodedEvent): boolean {
  return (text ?? sourceText) !== undefined && quantity?.value === undefined && answer === undefined;
}
