import { type Column, Encoder, type Encoding } from '@ehrsynth/matrix';
import type { Vocabulary } from '@ehrsynth/vocab';
import { Concretizer } from './concretize.ts';

/**
 * Encodes records that a decoder wrote, as the cohort was encoded. A code that the cohort's encoding has no column for counts in the
 * column that it was written for.
 */
export function writtenEncoder(columns: readonly Column[], encoding: Encoding, vocabulary: Vocabulary): Encoder {
  const concretizer = new Concretizer(vocabulary);
  return new Encoder(columns, encoding, vocabulary, (column) => concretizer.choices(column));
}
