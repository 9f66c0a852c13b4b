import { type CodedEvent, System } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import type { Body } from './body.ts';
import type { Life } from './life.ts';
import { readings, reported } from './measure.ts';
import { Ordering } from './ordering.ts';
import type { Process } from './process.ts';
import { answeredAt } from './tests-with-answers.ts';
import { DAY_MINUTES, eventAt, type Timed } from './timed.ts';

const PRESSURE = {
  system: System.loinc,
  code: '85354-9',
  display: 'Blood pressure panel with all children optional',
};
/** When blood is drawn on a ward. */
const ROUND_MINUTE = 330;
/** A day's measurements of a long stay are those of its first days and every third one after. */
const EVERY_DAY_UNTIL = 4;

/** What is measured at the visits of one person. */
export class Measurements {
  private readonly ordering: Ordering;

  constructor(
    private readonly process: Process,
    private readonly life: Life,
    private readonly body: Body,
    private readonly rng: Rng,
  ) {
    this.ordering = new Ordering(process, life, body, rng);
  }

  at(timed: Timed): CodedEvent[] {
    const { visit, from } = timed;
    const answers = answeredAt(visit, this.process, this.life, this.body, this.rng);
    const found = [...answers.map((event) => eventAt(event, from + 10, timed)), ...this.onDay(timed, visit.day, from)];
    if (visit.kind === 'stay') {
      for (let day = visit.day + 1; day <= visit.lastDay; day++) {
        const since = day - visit.day;
        if (since > EVERY_DAY_UNTIL && since % 3 !== 0) continue;
        found.push(...this.onDay(timed, day, day * DAY_MINUTES + ROUND_MINUTE + this.rng.int(40)));
      }
    }
    return found;
  }

  /** Vital signs a few minutes after the beginning, then blood. */
  private onDay(timed: Timed, day: number, from: number): CodedEvent[] {
    const blood = from + 15 + this.rng.int(20);
    return this.ordering.at(timed.visit, day).flatMap((members) => {
      const values = readings(members, day, {
        process: this.process,
        life: this.life,
        body: this.body,
        rng: this.rng,
      });
      return [...values].map(([name, value]) => {
        const event = reported(name, value, this.life.person.sex);
        const isPressure = name === 'systolic' || name === 'diastolic';
        const minute = event.category === 'laboratory' ? blood : from + 4;
        if (isPressure) event.panel = PRESSURE;
        return eventAt(event, minute, timed);
      });
    });
  }
}
