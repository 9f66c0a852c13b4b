import type { PatientRecord } from '@ehrsynth/records';
import { frameOf } from './allowed-words.ts';
import { sentencesOf } from './note.ts';
import { sentenceFault } from './read-sentence.ts';
import type { Statement } from './sentences.ts';

/** What puts a sentence into other words: a language model. */
export interface Rewriter {
  /** Its file, and the file's SHA-256 in hex: what Provenance names. */
  name: string;
  sha256: string;
  /**
   * One sentence in other words; undefined where it is too long to be asked.
   * @param words beside the names, numbers and days of the sentence those that the answer may have
   */
  reword(sentence: string, words: readonly string[]): Promise<string | undefined>;
}

/** How many sentences were put into other words. */
export interface RewordingCounts {
  sentences: number;
  reworded: number;
  /** The model gave back what it was given. */
  unchanged: number;
  /** Answers that are not what the record says, by what was wrong with them; the sentence stayed as it was. */
  refused: Map<string, number>;
}

/** Of a record's notes the sentences that were put into other words, by encounter. */
export interface Reworded {
  by: Rewriter;
  sentences: ReadonlyMap<number, ReadonlyMap<Statement, string>>;
}

const NOT_ASKED = { fault: 'not asked' } as const;

/**
 * Has every sentence of a record's notes reworded, reads each answer back, and keeps those that say what the record does and nothing else.
 * @param counts what came of it is added
 * @throws what the rewriter throws
 */
export async function reworded(record: PatientRecord, by: Rewriter, counts: RewordingCounts): Promise<Reworded> {
  const sentences = new Map<number, Map<Statement, string>>();
  for (const index of record.encounters.keys()) {
    const kept = new Map<Statement, string>();
    for (const { statement, fact, text } of sentencesOf(record, index)) {
      const answer = (await by.reword(text, [...frameOf(statement, record.sex).words]))?.trim();
      const found = answer === undefined ? NOT_ASKED : sentenceFault(answer, statement, fact, record.sex);
      counts.sentences++;
      if (found) counts.refused.set(found.fault, (counts.refused.get(found.fault) ?? 0) + 1);
      else if (answer === undefined || answer === text) counts.unchanged++;
      else {
        counts.reworded++;
        kept.set(statement, answer);
      }
    }
    if (kept.size > 0) sentences.set(index, kept);
  }
  return { by, sentences };
}
