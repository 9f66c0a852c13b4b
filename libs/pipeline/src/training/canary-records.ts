import type { CodeMatrix } from '@ehrsynth/matrix';
import type { PatientSource } from '@ehrsynth/models';
import { Rng } from '@ehrsynth/random';
import {
  addDays,
  type Code,
  type CodedEvent,
  daysBetween,
  EventKind,
  type PatientRecord,
  Sex,
} from '@ehrsynth/records';
import { type CanaryPart, type CanaryPlan, canaryRows } from './canaries.ts';

/** What is known of patients when canaries are made records of: when they were seen, how often, where, and how their codes are written. */
interface Times {
  first: string;
  days: number;
  visits: number;
  class: string;
  /** Of each column the code that most of its events have. */
  codes: Map<number, Code>;
}

/** Of a private training, in which nobody looks at the patients for it. */
const PRIVATE_TIMES: Times = { first: '2010-01-01', days: 3652, visits: 5, class: 'AMB', codes: new Map() };
const YEAR_DAYS = 365.25;
const MOST_VISITS = 10;
/** Candidates are so many that they have about this number of codes and visits together, within bounds: each is a life to be read. */
const CANDIDATE_SIZE = 200_000;
const [FEWEST_CANDIDATES, MOST_CANDIDATES] = [1000, 10_000];

/** Canaries of a model of records: the rows of a plan as lives, their codes at random visits on random days. */
export class CanaryRecords {
  private constructor(
    private readonly source: PatientSource,
    private readonly plan: CanaryPlan,
    private readonly times: Times,
  ) {}

  /** @param source the patients, who are looked at for dates and codes unless the training is private */
  static async of(source: PatientSource, plan: CanaryPlan, isPrivate: boolean): Promise<CanaryRecords> {
    return new CanaryRecords(source, plan, isPrivate ? PRIVATE_TIMES : await timesOf(source));
  }

  /** The patients, and after them the canaries, each as often as it is planted. */
  planted(): PatientSource {
    const { source, plan } = this;
    const canaries = this.recordsOf(canaryRows(source.columns, plan).canaries, 'canaries');
    async function* records() {
      yield* source.records();
      for (let time = 0; time < plan.repeats; time++)
        for (const record of canaries) yield { ...record, id: `${record.id}-${time + 1}` };
    }
    return {
      patients: source.patients + plan.canaries * plan.repeats,
      columns: source.columns,
      columnOf: (event) => source.columnOf(event),
      records,
    };
  }

  /** Rows as lives, of candidates no more than can be read in a while: the same rows, part and plan give the same ones. */
  recordsOf(rows: CodeMatrix, part: CanaryPart): PatientRecord[] {
    const rng = new Rng(this.plan.seed).fork(`${part} in time`);
    const own = Math.round(CANDIDATE_SIZE / (this.plan.codes + 2 * this.times.visits));
    const most = part === 'canaries' ? rows.rows : Math.min(MOST_CANDIDATES, Math.max(FEWEST_CANDIDATES, own));
    return rows.ids.slice(0, most).map((id, row) => this.recordOf(rows, row, id, rng.fork(row)));
  }

  private recordOf(rows: CodeMatrix, row: number, id: string, rng: Rng): PatientRecord {
    const { first, days, visits, class: own, codes } = this.times;
    const when = new Set<number>();
    while (when.size < Math.min(visits, days + 1)) when.add(rng.int(days + 1));
    const dates = [...when].sort((a, b) => a - b).map((day) => addDays(first, day));
    const record: PatientRecord = {
      id,
      sex: 'unknown',
      encounters: dates.map((start) => ({ class: own, start, end: start })),
      events: [],
    };
    for (const [place] of rows.entries(row)) {
      const { kind, system, code, display } = rows.columns[place];
      if (system === 'sex') record.sex = Sex.parse(code);
      else if (system === 'race') record.race = code as PatientRecord['race'];
      else if (system === 'ethnicity') record.ethnicity = code as PatientRecord['ethnicity'];
      else if (system === 'age') record.birthDate = addDays(dates[0], -Math.round(YEAR_DAYS * ageIn(code, rng)));
      if (kind === 'demographic') continue;
      const encounter = rng.int(dates.length);
      const written = codes.get(place) ?? { system, code, ...(display !== undefined && { display }) };
      const event: CodedEvent = { kind: EventKind.parse(kind), code: written, start: dates[encounter], encounter };
      record.events.push(event);
    }
    return record;
  }
}

/** An age of a band such as 45-54. */
function ageIn(band: string, rng: Rng): number {
  const [youngest, oldest] = band.split('-').map(Number);
  return youngest + rng.next() * (oldest - youngest);
}

/** Looks at the patients once. */
async function timesOf({ patients, columnOf, records }: PatientSource): Promise<Times> {
  const counts = new Map<number, Map<string, { code: Code; times: number }>>();
  const classes = new Map<string, number>();
  let [first, last, visits] = ['9999-12-31', '0000-01-01', 0];
  for await (const { encounters, events } of records()) {
    visits += encounters.length;
    for (const { class: own, start } of encounters) {
      classes.set(own, (classes.get(own) ?? 0) + 1);
      if (start === undefined) continue;
      if (start < first) first = start;
      if (start > last) last = start;
    }
    for (const event of events) {
      const column = columnOf(event);
      if (column === undefined) continue;
      const own = counts.get(column) ?? new Map<string, { code: Code; times: number }>();
      counts.set(column, own);
      const { system, code } = event.code;
      const seen = own.get(code) ?? { code: { system, code }, times: 0 };
      own.set(code, { ...seen, times: seen.times + 1 });
    }
  }
  if (visits === 0 || first > last) return PRIVATE_TIMES;
  const commonest = [...classes].reduce((a, b) => (b[1] > a[1] ? b : a));
  const codes = [...counts].map(([column, own]): [number, Code] => [
    column,
    [...own.values()].reduce((a, b) => (b.times > a.times ? b : a)).code,
  ]);
  return {
    first,
    days: daysBetween(first, last),
    visits: Math.min(MOST_VISITS, Math.max(1, Math.round(visits / patients))),
    class: commonest[0],
    codes: new Map(codes),
  };
}
