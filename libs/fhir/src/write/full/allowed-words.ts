import type { Sex } from '@ehrsynth/records';
import type { Statement } from './sentences.ts';

/**
 * Words that a sentence may have beside what stands in the record. They connect and claim nothing: none denies, doubts, counts, compares, names a
 * cause, a degree, a relative or another time. A word that is not listed is refused, whatever it means.
 */
const ALWAYS = list('a an the this and also with of was were is are has been patient recorded noted documented');
const IN_A_LIST = list('following these include includes included including as');

/** Between two items of a list, which says nothing of how the one has to do with the other. */
export const BETWEEN_ITEMS: ReadonlySet<string> = new Set(list('and also'));

/** Not behind a value, where "a" is a unit and "A" means abnormal. */
export const NOT_IN_A_LIST: ReadonlySet<string> = new Set(list('a an as'));

/** What a statement may be said with. */
export interface Frame {
  words: ReadonlySet<string>;
  /** Of these one at least: without it nothing says which kind of statement it is. */
  cues: ReadonlySet<string>;
  /** Between the parts of an item: a name and its value, its dose or its day. */
  withinItem: ReadonlySet<string>;
  /** Phrases of the statement itself, each said once in one of its forms. */
  phrases: readonly (readonly string[])[];
  /** By a place of the sentence: what must stand before it, and what must not, since the place before. */
  before: Readonly<Record<string, { some: ReadonlySet<string>; none: ReadonlySet<string> }>>;
}

const IN = list('admitted admission from');
const OUT = list('discharged discharge to until');

const FRAMES: Record<Statement, Frame> = {
  visit: frame('seen encounter visit visited', 'on in at'),
  stay: {
    ...frame(IN.concat(OUT).join(' '), 'on in at our care'),
    before: {
      date: { some: new Set(IN), none: new Set(OUT) },
      end: { some: new Set(OUT), none: new Set(IN) },
    },
  },
  died: frame('died death', 'on date'),
  noDiagnosis: {
    ...frame('', 'there made at encounter visit'),
    phrases: [['no diagnosis', 'no diagnoses', 'nothing was diagnosed']],
  },
  diagnoses: frame('diagnosed diagnosis diagnoses assessment', 'at during encounter visit', IN_A_LIST),
  known: frame(
    'known history earlier before previously past',
    'diagnosed diagnosis diagnoses medical from on last',
    IN_A_LIST,
    'on last recorded noted documented',
  ),
  latestKnown: {
    ...frame(
      'known history earlier before previously past',
      'diagnosed diagnosis diagnoses medical from on last which',
      IN_A_LIST,
      'on last recorded noted documented',
    ),
    phrases: [['ten most recent'], ['not over by their last record']],
  },
  drugs: frame(
    'ordered order orders prescribed prescription prescriptions',
    'medication medications for',
    IN_A_LIST,
    'at',
  ),
  procedures: frame('procedure procedures performed underwent done', '', IN_A_LIST),
  vaccines: frame('vaccine vaccines vaccination vaccinations immunized vaccinated', 'given received', IN_A_LIST),
  allergies: frame('allergic allergy allergies', 'to', IN_A_LIST),
  results: frame('result results measured measurement measurements', 'at', IN_A_LIST, 'was of is at measured'),
};

const PRONOUNS: Record<Sex, string[]> = { female: list('she her'), male: list('he his him'), other: [], unknown: [] };

/** What a statement about somebody of that sex may be said with. */
export function frameOf(statement: Statement, sex: Sex): Frame {
  const own = FRAMES[statement];
  return { ...own, words: new Set([...own.words, ...PRONOUNS[sex]]) };
}

function frame(cues: string, words: string, more: readonly string[] = [], withinItem = ''): Frame {
  const all = [...ALWAYS, ...more, ...list(cues), ...list(words)];
  return {
    words: new Set(all),
    cues: new Set(list(cues)),
    withinItem: new Set(list(withinItem)),
    phrases: [],
    before: {},
  };
}

function list(words: string): string[] {
  return words.split(' ').filter(Boolean);
}
