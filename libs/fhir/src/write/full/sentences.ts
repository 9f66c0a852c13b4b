/** Sentences of each statement; one of them is taken. Each says the same, and each part of it stands in the record. */
export const SENTENCES = {
  visit: [
    '{who} seen on {date} ({place}).',
    'On {date} this {who} was seen ({place}).',
    'Encounter of {date} ({place}): {who}.',
  ],
  stay: [
    '{who} admitted on {date} and discharged on {end} ({place}).',
    'This {who} was in our care from {date} to {end} ({place}).',
  ],
  died: ['The patient died on {date}.', 'Date of death: {date}.'],
  noDiagnosis: ['No diagnosis was recorded.', 'Nothing was diagnosed.'],
  diagnoses: ['Diagnosed: {list}.', 'Diagnoses recorded at this encounter: {list}.', 'Assessment: {list}.'],
  known: ['Known from before: {list}.', 'History: {list}.', 'Diagnosed earlier: {list}.'],
  latestKnown: [
    'Known from before and not over by their last record, the ten most recent of {count}: {list}.',
    'History, the ten most recent of {count} diagnoses not over by their last record: {list}.',
    'Diagnosed earlier and not over by their last record ({count} diagnoses, of which these are the ten most recent): {list}.',
  ],
  drugs: ['Medications ordered: {list}.', 'Prescribed: {list}.', 'Orders for medication: {list}.'],
  procedures: ['Procedures done: {list}.', 'Procedures: {list}.'],
  vaccines: ['Vaccines given: {list}.', 'Immunized with {list}.'],
  allergies: ['Allergies noted: {list}.', 'Allergic to {list}.'],
  results: ['Results: {list}.', 'Measured: {list}.'],
} as const;
export type Statement = keyof typeof SENTENCES;

/** What stands in a sentence. */
export interface Fact {
  /** By the name of its place in the sentence. */
  slots: Readonly<Record<string, string>>;
  /** Of a list each item, in parts that belong together: a name and its value, its dose or its day. */
  items: readonly (readonly string[])[];
}
/** What a note says, by statement. */
export type Facts = Partial<Record<Statement, Fact>>;

/** The sections of a note in their order, and what each says. */
export const SECTIONS: readonly (readonly [heading: string, statements: readonly Statement[]])[] = [
  ['', ['visit', 'stay']],
  ['HISTORY', ['known', 'latestKnown']],
  ['ASSESSMENT', ['diagnoses', 'noDiagnosis']],
  ['RESULTS', ['results']],
  ['TREATMENT', ['procedures', 'drugs', 'vaccines']],
  ['ALLERGIES', ['allergies']],
  ['OUTCOME', ['died']],
];

/** A sentence with what stands in it. */
export function filled(sentence: string, { slots }: Fact): string {
  const text = sentence.replace(/\{(\w+)\}/g, (_, name: string) => slots[name]);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
