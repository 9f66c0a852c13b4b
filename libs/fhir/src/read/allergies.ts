import { saysNoAllergy } from '@ehrsynth/records';
import { type Coding, codingsOf, type Concept } from './codings.ts';
import { elementOf, elementsOf, textOf } from './elements.ts';
import type { Note } from './note.ts';
import { NOTHING_KNOWN } from './judge-coding.ts';
import type { Resource } from './resources.ts';

/**
 * What an AllergyIntolerance is to: its code, or else the substance of its first reaction that has one. That there is no known
 * allergy is none.
 * @see R4, AllergyIntolerance.code: "a coding of negation"
 */
export function allergyIn({ code, reaction }: Resource, notes: Note[]): { codings: Coding[] } | { skip: string } {
  const codings = codingsOf(code as Concept | undefined);
  const negation = negationIn(code);
  if (negation) return { skip: negation };
  if (codings.some(({ system }) => system !== '')) return { codings };
  const substances = elementsOf(reaction, 'AllergyIntolerance.reaction', notes)
    .map(({ substance }) => codingsOf(substance as Concept | undefined))
    .filter((one) => one.length > 0);
  const [first, ...others] = substances;
  if (!first) return codings.length > 0 ? { codings } : { skip: whyNone(code) };
  if (others.some((one) => one[0].code !== first[0].code))
    notes.push({ reason: 'further substances of an allergy, the first read' });
  return { codings: first };
}

const NO_ALLERGY = 'no known allergy';
/** Nobody asked the patient, or nobody knows: SNOMED CT's 1631000175102, the International Patient Summary's no-allergy-info. */
const NOT_ASKED =
  /^1631000175102$|^(?:patient )?not asked$|^no[- ]allergy[- ]info|^(?:no|lack of) information\b.*\ballerg|^allerg(?:y|ies) not (?:asked|on file)$/i;

/**
 * Why a code is of no allergy: it says that there is none, or that nobody knows. A local system's word for it counts as much as SNOMED CT's
 * code, and so do the words beside a code.
 */
function negationIn(code: unknown): string | undefined {
  const words = wordsOf(code);
  if (words.some((word) => NOT_ASKED.test(word))) return NOTHING_KNOWN;
  return words.some(saysNoAllergy) ? NO_ALLERGY : undefined;
}

/** A code that says nothing of its own: that nothing is known, or none at all. */
function whyNone(code: unknown): string {
  const { coding } = elementOf(code);
  return wordsOf({ coding }).length > 0 ? NOTHING_KNOWN : 'no code';
}

function wordsOf(code: unknown): string[] {
  const { coding, text } = elementOf(code);
  const codings = elementsOf(coding, '', []);
  return [text, ...codings.flatMap((one) => [one.code, one.display])]
    .map(textOf)
    .filter((word) => word !== undefined)
    .map((word) => word.trim());
}
