import type { EventKind, Sex } from '@ehrsynth/records';
import type { ClaimMark } from './claim-status.ts';
import type { Coding } from './codings.ts';
import type { Dates } from './dates.ts';
import type { EventDetails } from './details.ts';
import type { DrugPart } from './medications.ts';
import type { Note } from './note.ts';

interface PatientFact {
  type: 'patient';
  sex: Sex;
  birthDate?: string;
  deathDate?: string;
  /** Digits of a death date that is a year (4) or a month (7) alone. */
  deathDigits?: number;
  race?: string;
  ethnicity?: string;
}
interface EncounterFact extends Dates {
  type: 'encounter';
  id: string;
  class: string;
  /** Of a claim: the bill of a facility. */
  isFacility?: boolean;
}
interface EventFact extends Dates {
  type: 'event';
  id?: string;
  kind: EventKind;
  codings: Coding[];
  /** Of a drug, in place of codings: what it consists of, which other resources may say. */
  drugs?: DrugPart[];
  encounter?: string;
  /** Type/id of the MedicationRequest whose date stands in for a missing one. */
  request?: string;
  active?: boolean;
  /** What it says beside its code and dates. */
  details?: EventDetails;
}

/**
 * What we keep of a resource until its patient's others have been read. All facts of one resource have the same `where`
 * and, where it has an id, the same `id`.
 */
export type Fact = (PatientFact | EncounterFact | EventFact) & {
  resourceType: string;
  where: string;
  /** The element that says it, where a resource can say several things: component, diagnosis, item. */
  part?: string;
  /** Of a resource within another, which alone is counted among what is used. */
  isContained?: true;
  notes?: Note[];
  /** Of a claim; its first fact has the mark, the others an empty one. */
  claim?: ClaimMark;
};

export type Projection = { patient: string; facts: Fact[] } | { skip: string } | { fault: string; detail?: string };

/** What to do with what may not have happened: an unconfirmed diagnosis, a status that is not known. */
export type Unconfirmed = 'keep' | 'skip';
