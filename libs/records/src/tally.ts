import { BadInputError } from './errors.ts';

/** Something in the input that was not read as it stands. */
export interface Problem {
  reason: string;
  resourceType: string;
  /** File and line, or file and entry of the bundle. */
  where: string;
  detail?: string;
}

const LISTED = 10_000;
const NAMES_LISTED = 5;
/** Of one reason among what costs no resource, so that it does not crowd out the faults. */
const NOTES_LISTED = 100;

/** What was read and what was not, and why: every resource ends in exactly one of the two. */
export class Tally {
  /** Rows that each table has, where the source has tables: each is used or not used. */
  readonly rows = new Map<string, number>();
  /** Resources used, by type. */
  readonly used = new Map<string, number>();
  /** Resources not used, by type and then by reason. */
  readonly skipped = new Map<string, Map<string, number>>();
  /** Distinct codes with their events, by kind and system. */
  readonly systems = new Map<string, { kind: string; system: string; events: number; codes: Set<string> }>();
  /** Things to know that cost no resource: a date dropped, a code in no dictionary kept. */
  readonly notes = new Map<string, number>();
  /** The first 10,000 faults and notes, each with its place. */
  readonly problems: Problem[] = [];
  /** What the user may do about something, each once. */
  readonly hints = new Set<string>();
  /** How the source was understood, and what cannot be done with it, in sentences. */
  readonly remarks = new Set<string>();
  /** Files that could not be read to their end. */
  brokenFiles = 0;
  /** Files of which something was read. */
  readonly filesRead: string[] = [];
  /** Files that were not read at all, by why: how many, and the first names. */
  readonly filesNotRead = new Map<string, { count: number; names: string[] }>();

  /** @param onError leave bad input out, or stop before anything is written */
  constructor(readonly onError: 'skip' | 'stop' = 'skip') {}

  /** Counts rows of a table, whatever becomes of them. */
  row(table: string, count = 1): void {
    increase(this.rows, table, count);
  }

  use(resourceType: string, count = 1): void {
    if (count > 0) this.used.set(resourceType, (this.used.get(resourceType) ?? 0) + count);
  }

  /** Counts a resource that is left out for a good reason. */
  skip(resourceType: string, reason: string, times = 1): void {
    let reasons = this.skipped.get(resourceType);
    if (!reasons) this.skipped.set(resourceType, (reasons = new Map()));
    increase(reasons, reason, times);
  }

  /**
   * Counts and lists a resource that is left out because something is wrong with it.
   * @param times resources that the one entry in the list stands for
   * @throws BadInputError where the user asked to stop
   */
  fault(problem: Problem, times = 1): void {
    const { reason, detail, where } = problem;
    if (this.onError === 'stop') throw new BadInputError(detail ? `${reason}: ${detail}` : reason, where);
    this.skip(problem.resourceType, problem.reason, times);
    this.list(problem);
  }

  /**
   * Notes something wrong that was put right, so that it costs no resource.
   * @throws BadInputError where the user asked to stop
   */
  repair(problem: Problem, times = 1): void {
    const { reason, detail, where } = problem;
    if (this.onError === 'stop') throw new BadInputError(detail ? `${reason}: ${detail}` : reason, where);
    this.note(problem, times);
  }

  /** Counts something that does not cost its resource, and lists the first thousand of each reason. */
  note(problem: Problem, times = 1): void {
    increase(this.notes, problem.reason, times);
    if (this.notes.get(problem.reason)! <= NOTES_LISTED) this.list(problem);
  }

  /**
   * Counts and lists a file that is not read.
   * @param mayHoldData false for what is beside the data as a rule
   * @throws BadInputError where it may hold data and the user asked to stop
   */
  fileNotRead({ reason, where }: Pick<Problem, 'reason' | 'where'>, mayHoldData: boolean): void {
    if (mayHoldData && this.onError === 'stop') throw new BadInputError(reason, where);
    const entry = this.filesNotRead.get(reason) ?? { count: 0, names: [] };
    this.filesNotRead.set(reason, entry);
    entry.count++;
    if (entry.names.length < NAMES_LISTED) entry.names.push(where);
    this.list({ reason, resourceType: 'file', where });
  }

  /** Tables of which the rows used and not used are not all the rows that there are. */
  unaccounted(): string[] {
    return [...this.rows.keys()].filter((table) => this.rows.get(table) !== this.accounted(table));
  }

  /** Rows or resources used and not used. */
  accounted(type: string): number {
    const skipped = [...(this.skipped.get(type)?.values() ?? [])];
    return skipped.reduce((sum, count) => sum + count, this.used.get(type) ?? 0);
  }

  code(kind: string, system: string, code: string, times = 1): void {
    const key = `${kind}|${system}`;
    let entry = this.systems.get(key);
    if (!entry) this.systems.set(key, (entry = { kind, system, events: 0, codes: new Set() }));
    entry.events += times;
    entry.codes.add(code);
  }

  /** Adds what another one counted of another part of the source. */
  add(other: Tally): void {
    for (const [table, count] of other.rows) increase(this.rows, table, count);
    for (const [type, count] of other.used) increase(this.used, type, count);
    for (const [type, reasons] of other.skipped) for (const [reason, count] of reasons) this.skip(type, reason, count);
    for (const [reason, count] of other.notes) increase(this.notes, reason, count);
    for (const { kind, system, events, codes } of other.systems.values()) {
      for (const code of codes) this.code(kind, system, code, 0);
      this.systems.get(`${kind}|${system}`)!.events += events;
    }
    for (const problem of other.problems) this.list(problem);
    for (const hint of other.hints) this.hints.add(hint);
    this.brokenFiles += other.brokenFiles;
  }

  private list(problem: Problem): void {
    if (this.problems.length < LISTED) this.problems.push(problem);
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
