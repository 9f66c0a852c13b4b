import type { CodedEvent, EventKind, Problem } from '@ehrsynth/records';
import { isActive } from './condition-status.ts';
import { saysNothing } from './says-nothing.ts';

/** What a row is: one that has a number or an answer, an allergy to what its value says, a panel that has no value of its own. */
export type Form = '' | 'valued' | 'allergy' | 'panel';

/** Columns of `events` by which an event finds its code in the table `code_places`. */
export const CODE_KEY = ['tab', 'concept', 'source', 'unit', 'status', 'standard', 'form'];

/** SQL of the events with the place of each one's code, and whether an ETL wrote several rows of it; none of the key is NULL. */
export const PLACED_EVENTS = `(
  SELECT e.*, c.place, c.is_several FROM events e JOIN code_places c ON ${CODE_KEY.map((key) => `c.${key} = e.${key}`).join(' AND ')}
)`;

/** Something to know of a code, of each of its events. */
export type CodeProblem = Pick<Problem, 'reason' | 'detail'>;

/** What many events have alike, read once: the code with its name, the unit, whether a condition is active. */
export interface SourceCode {
  kind: EventKind;
  table: string;
  code: CodedEvent['code'];
  unit: string | null;
  active: boolean | undefined;
  /** What is to be known of each event that has the code. */
  notes: CodeProblem[];
  /** Why its events are not read; a fault unless nothing is wrong with them. */
  leftOut?: CodeProblem & { isRight?: boolean };
}

/** A distinct combination of what events have alike, with what the vocabulary tables say of its concept. */
export interface CodeRow {
  place: number;
  table: string;
  kind: EventKind;
  /** 0 where there is none. */
  concept: bigint | number | string;
  source: string;
  /** Null where the concept table lacks the concept. */
  found: bigint | number | string | null;
  code: string | null;
  vocabulary: string | null;
  reference: string | null;
  name: string | null;
  unit: string;
  status: string;
}

/** What is not the code's. */
export function alike({ kind, table, unit, status }: CodeRow): Pick<SourceCode, 'kind' | 'table' | 'unit' | 'active'> {
  return { kind, table, unit: saysNothing(unit) ? null : unit, active: isActive({ kind, status }) };
}
