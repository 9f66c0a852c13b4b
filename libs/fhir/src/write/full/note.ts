import type { PatientRecord } from '@ehrsynth/records';
import { factsOf, kindOf, type NoteKind } from './facts.ts';
import { MadeUp } from './made-up.ts';
import { type Fact, filled, SECTIONS, SENTENCES, type Statement } from './sentences.ts';

/** One sentence of a note, and what it says. */
export interface Sentence {
  statement: Statement;
  fact: Fact;
  text: string;
}

const FIRST_LINE = 'This note was written by a program about a synthetic patient. Nobody real is meant.';

/**
 * What a note says about one encounter, which is nothing but what the record says of it: its diagnoses, values, procedures and drugs, what was
 * diagnosed before, and death where it ended in one. The same record is always put into the same words. Empty where it has no day.
 */
export function sentencesOf(record: PatientRecord, index: number): Sentence[] {
  const { start } = record.encounters[index];
  if (start === undefined) return [];
  const facts = factsOf(record, index, start);
  return SECTIONS.flatMap(([, statements]) => statements).flatMap((statement) => {
    const fact = facts[statement];
    if (!fact) return [];
    const made = new MadeUp(`${record.id}/note/${index}/${statement}`);
    return [{ statement, fact, text: filled(made.pick<string>(SENTENCES[statement]), fact) }];
  });
}

/**
 * A note about one encounter. Undefined where it has no day.
 * @param reworded sentences that a language model put into other words, and that were checked
 */
export function noteOf(
  record: PatientRecord,
  index: number,
  clinician: string,
  reworded: ReadonlyMap<Statement, string> = new Map(),
): { kind: NoteKind; text: string } | undefined {
  const sentences = sentencesOf(record, index);
  if (sentences.length === 0) return undefined;
  const sections = SECTIONS.flatMap(([heading, statements]) => {
    const own = sentences.filter(({ statement }) => statements.includes(statement));
    const texts = own.map(({ statement, text }) => reworded.get(statement) ?? text);
    return own.length > 0 ? [[heading, ...texts].filter(Boolean).join('\n')] : [];
  });
  const kind = kindOf(record.encounters[index].class);
  const by =
    reworded.size > 0
      ? [`A language model reworded ${reworded.size} of its ${sentences.length} sentences; each was checked.`]
      : [];
  const head = [kind.toUpperCase(), FIRST_LINE, ...by, `Author: ${clinician}`].join('\n');
  return { kind, text: `${[head, ...sections].join('\n\n')}\n` };
}
