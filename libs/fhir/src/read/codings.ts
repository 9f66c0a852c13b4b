import { saysNothing } from './no-information.ts';

export interface Coding {
  system: string;
  code: string;
  display?: string;
  /** A person chose it. */
  userSelected?: true;
}

/** A CodeableConcept as far as we read it. */
export interface Concept {
  coding?: {
    system?: string | null;
    code?: string | null;
    display?: string | null;
    userSelected?: boolean | null;
  }[];
}

/** The codings that have a code and say something by it; one without a system has an empty one. */
export function codingsOf(concept: Concept | undefined): Coding[] {
  const codings = Array.isArray(concept?.coding) ? concept.coding : [];
  return codings
    .filter(
      (coding) =>
        typeof coding?.code === 'string' && coding.code.trim() !== '' && !saysNothing(coding.system, coding.code),
    )
    .map(({ system, code, display, userSelected }) => ({
      system: typeof system === 'string' ? system : '',
      code: code!,
      ...(typeof display === 'string' && display !== '' && { display }),
      ...(userSelected === true && { userSelected }),
    }));
}
