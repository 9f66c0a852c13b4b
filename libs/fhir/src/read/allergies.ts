import { saysNoAllergy } from '@ehrsynth/records';
import { type Coding, codingsOf, type Concept } from './codings.ts';
import { elementOf, elementsOf, textOf } from './elements.ts';
import type { Note } from './facts.ts';
import { NOTHING_KNOWN } from './judge-coding.ts';
import type { Resource } from './resources.ts';

/**
 * What an AllergyIntolerance is to: its code, or else the substance of its first reaction that has one. That there is no known
 * allergy is none.
 * @see R4, AllergyIntolerance.code: "a coding of negation"
 */
export function allergyIn(
  { code, reaction }: Resource,
  notes: Note[],
): { codings: Coding[] } | { skip: string } {
  const codings = codingsOf(code as Concept | undefined);
  if (codings.some(({ system }) => system !== '')) return { codings };
  const reason = whyNone(code);
  if (reason === NO_ALLERGY) return { skip: reason };
  const substances = elementsOf(reaction, 'AllergyIntolerance.reaction', notes)
    .map(({ substance }) => codingsOf(substance as Concept | undefined))
    .filter((one) => one.length > 0);
  const [first, ...others] = substances;
  if (!first) return codings.length > 0 ? { codings } : { skip: reason };
  if (others.some((one) => one[0].code !== first[0].code))
    notes.push({ reason: 'further substances of an allergy, the first read' });
  return { codings: first };
}

const NO_ALLERGY = 'no known allergy';

/** A code that says nothing of its own: that there is no allergy, that nothing is known, or none at all. */
function whyNone(code: unknown): string {
  const { coding, text } = elementOf(code);
  const codings = elementsOf(coding, '', []);
  const words = [text, ...codings.flatMap((one) => [one.code, one.display])].map(textOf);
  if (words.some((word) => word !== undefined && saysNoAllergy(word))) return NO_ALLERGY;
  return words.slice(1).some((word) => word !== undefined) ? NOTHING_KNOWN : 'no code';
}
