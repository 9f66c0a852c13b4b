import { saysNothing } from './no-information.ts';

export interface Coding {
  system: string;
  code: string;
  display?: string;
}

/** A CodeableConcept as far as we read it. */
export interface Concept {
  coding?: Partial<Coding>[];
}

/** The codings that have a code, and say something by it. */
export function codingsOf(concept: Concept | undefined): Coding[] {
  const codings = Array.isArray(concept?.coding) ? concept.coding : [];
  return codings
    .filter((coding) => coding?.code && !saysNothing(coding.system, coding.code))
    .map(({ system = '', code, display }) => ({ system, code: String(code), ...(display && { display }) }));
}

/** The code of the first coding. */
export function codeOf(concept: Concept | undefined): string | undefined {
  return concept?.coding?.[0]?.code;
}
