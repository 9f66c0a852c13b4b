import { type CodedEvent, Comparator, type PatientRecord, Sex } from '@ehrsynth/records';
import { dayNumber, minuteOf } from './days.ts';
import { Dictionary } from './dictionary.ts';
import { Growing } from './growing.ts';
import { Histories, type LeftOut } from './histories.ts';
import { type DatedEvent, type Visit, visitsOf } from './visits.ts';

/** Gathers records into histories, one after another. */
export class HistoriesBuilder {
  private readonly ids: string[] = [];
  private readonly sex = new Growing(Uint8Array);
  private readonly birthDay = new Growing(Int32Array);
  private readonly deathDay = new Growing(Int32Array);
  private readonly race = new Growing(Int32Array);
  private readonly ethnicity = new Growing(Int32Array);
  private readonly visitStarts = new Growing(Int32Array);
  private readonly firstDay = new Growing(Int32Array);
  private readonly lastDay = new Growing(Int32Array);
  private readonly visitClass = new Growing(Int32Array);
  private readonly eventStarts = new Growing(Int32Array);
  private readonly code = new Growing(Int32Array);
  private readonly day = new Growing(Int32Array);
  private readonly minute = new Growing(Int16Array);
  private readonly value = new Growing(Float64Array);
  private readonly comparator = new Growing(Uint8Array);
  private readonly unit = new Growing(Int32Array);
  private readonly answer = new Growing(Int32Array);
  private readonly leftOut: LeftOut = { undatedEvents: 0, undatedEncounters: 0 };

  /** @param dictionary shared by all histories that are to be compared */
  constructor(readonly dictionary: Dictionary = new Dictionary()) {
    this.visitStarts.push(0);
    this.eventStarts.push(0);
  }

  /** Adds a patient's record. Its undated events are counted and left out. */
  add(record: PatientRecord): void {
    const { dictionary } = this;
    this.ids.push(record.id);
    this.sex.push(Sex.options.indexOf(record.sex));
    this.birthDay.push(dayNumber(record.birthDate));
    this.deathDay.push(dayNumber(record.deathDate));
    this.race.push(dictionary.races.numberOf(record.race));
    this.ethnicity.push(dictionary.ethnicities.numberOf(record.ethnicity));
    const { visits, undatedEvents, undatedEncounters } = visitsOf(record);
    this.leftOut.undatedEvents += undatedEvents;
    this.leftOut.undatedEncounters += undatedEncounters;
    for (const visit of visits) this.addVisit(visit);
    this.visitStarts.push(this.firstDay.length);
  }

  /** The histories of all records added. Nothing can be added afterwards. */
  build(): Histories {
    return new Histories(
      this.dictionary,
      {
        ids: this.ids,
        sex: this.sex.done(),
        birthDay: this.birthDay.done(),
        deathDay: this.deathDay.done(),
        race: this.race.done(),
        ethnicity: this.ethnicity.done(),
        visitStarts: this.visitStarts.done(),
        firstDay: this.firstDay.done(),
        lastDay: this.lastDay.done(),
        visitClass: this.visitClass.done(),
        eventStarts: this.eventStarts.done(),
        code: this.code.entryNumbers(),
        day: this.day.done(),
        minute: this.minute.done(),
        value: this.value.done(),
        comparator: this.comparator.done(),
        unit: this.unit.entryNumbers(),
        answer: this.answer.entryNumbers(),
      },
      this.leftOut,
    );
  }

  private addVisit({ first, last, class: visitClass, events }: Visit): void {
    this.firstDay.push(first);
    this.lastDay.push(last);
    this.visitClass.push(this.dictionary.classes.numberOf(visitClass));
    for (const event of events) this.addEvent(event);
    this.eventStarts.push(this.code.length);
  }

  private addEvent({ event, day }: DatedEvent): void {
    const { dictionary } = this;
    this.code.push(dictionary.codeNumber(event.kind, event.code));
    this.day.push(day);
    this.minute.push(minuteOf(event.startTime));
    this.value.push(event.quantity?.value ?? NaN);
    this.comparator.push(comparatorNumber(event));
    this.unit.push(dictionary.units.numberOf(event.quantity?.unit ?? event.quantity?.code));
    this.answer.push(dictionary.answerNumber(event.answer));
  }
}

function comparatorNumber({ quantity }: CodedEvent): number {
  return quantity?.comparator === undefined ? 0 : 1 + Comparator.options.indexOf(quantity.comparator);
}
