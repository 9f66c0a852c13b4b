import { type Column, columnKey } from '@ehrsynth/matrix';
import { ageInYears, type CodedEvent, type PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { Concretizer } from './concretize.ts';

/** Writes the records of a model whose events have the codes of its columns: a rolled-up code as one of the finest level under it. */
export class WrittenCodes {
  /** Columns whose code is not written as it is, by their keys. */
  private readonly rolledUp = new Map<string, Column>();
  private readonly concretizer: Concretizer;

  constructor(columns: readonly Column[], vocabulary: Vocabulary) {
    this.concretizer = new Concretizer(vocabulary);
    for (const column of columns) {
      if (column.kind === 'demographic') continue;
      const choices = this.concretizer.choices(column);
      if (choices.length !== 1 || choices[0].code !== column.code) this.rolledUp.set(columnKey(column), column);
    }
  }

  /** The record itself where nothing of it changes. @param isDrawn whether an event is of the model (by default all are) */
  of(record: PatientRecord, isDrawn: (event: CodedEvent) => boolean = () => true): PatientRecord {
    if (this.rolledUp.size === 0) return record;
    let isChanged = false;
    const events = record.events.map((event) => {
      const column = this.rolledUp.get(columnKey({ kind: event.kind, ...event.code }));
      if (!column || !isDrawn(event)) return event;
      isChanged = true;
      const { birthDate, sex } = record;
      const age = birthDate && event.start ? ageInYears(birthDate, event.start) : NaN;
      return { ...event, code: this.concretizer.concrete(column, { sex, age }) };
    });
    return isChanged ? { ...record, events } : record;
  }
}
