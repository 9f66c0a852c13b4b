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
  const found: Coding[] = [];
  if (!Array.isArray(concept?.coding)) return found;
  for (const coding of concept.coding) {
    if (typeof coding?.code !== 'string' || coding.code.trim() === '') continue;
    const { system, code, display, userSelected } = coding;
    if (saysNothing(system, code)) continue;
    const one: Coding = { system: typeof system === 'string' ? system : '', code };
    if (typeof display === 'string' && display !== '') one.display = display;
    if (userSelected === true) one.userSelected = userSelected;
    found.push(one);
  }
  return found;
}
