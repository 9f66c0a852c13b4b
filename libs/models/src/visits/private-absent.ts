import type { Alphabet } from '@ehrsynth/sequence';
import type { Language } from './language.ts';
import type { VisitsNetwork } from './network.ts';
import type { NoisyCounts } from './private-tally.ts';
import { shift } from './shift.ts';

/** A count below so many standard deviations of the noise may be of nobody: fewer than one in thirty thousand of nobody are above. */
const PRESENT = 4;
/** What is added to the logit of what shall not be drawn. */
const UNLIKELY = -50;

/**
 * Sexes, races, ethnicities and classes of encounters that by the noisy counts may be nobody's, as tokens. All that exist are in the words of a
 * private training, whoever is there; those that few or no patients have would be drawn now and then. That there is none of something, and
 * death, always stay.
 */
export function absentTokens({ alphabet }: Pick<Language, 'alphabet'>, { people, ofClass }: NoisyCounts): number[] {
  const isAbsent = ({ counts, deviation }: NoisyCounts[string], at: number) => counts[at] < PRESENT * deviation;
  const { sexes, races, ethnicities, death, alone } = alphabet;
  return [
    ...[sexes, races, ethnicities].flatMap(({ start, end }) =>
      range(start, end - 1).filter((token) => isAbsent(people, token)),
    ),
    ...range(death + 1, alone).filter((token) => isAbsent(ofClass, token - death - 1)),
  ];
}

/** The network draws these no more. */
export function forbid({ trunks }: VisitsNetwork, alphabet: Alphabet, tokens: readonly number[]): void {
  alphabet.parts.forEach(({ start, end }, part) => {
    const moves = new Float32Array(end - start);
    for (const token of tokens) if (token >= start && token < end) moves[token - start] = UNLIKELY;
    shift(trunks[part].last.bias!, moves);
  });
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
