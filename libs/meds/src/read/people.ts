import {
  isPlaceholderOfBirth,
  type Origin,
  originOfText,
  type PatientRecord,
  type Problem,
  sexOfWord,
} from '@ehrsynth/records';
import { instantOf } from './times.ts';
import type { Row } from './rows.ts';

type Note = (problem: Pick<Problem, 'reason' | 'detail'>) => void;

/** What the rows of a subject say of who it is. The first that says something counts; what contradicts it is noted. */
export class Person {
  private readonly said: Partial<Omit<PatientRecord, 'id' | 'encounters' | 'events'>> = {};

  constructor(private readonly note: Note) {}

  get demographics(): Omit<PatientRecord, 'id' | 'encounters' | 'events'> {
    return { sex: 'unknown', ...this.said };
  }

  birth({ minutes, own }: Row): void {
    const day = minutes === null ? undefined : instantOf(minutes, own ? 'day' : undefined)?.day;
    if (day === undefined || (!own && isPlaceholderOfBirth(day)))
      return this.note({ reason: 'birth without a date, or with a placeholder date', detail: '' });
    this.say('birthDate', day);
  }

  death({ minutes, own }: Row): void {
    const day = minutes === null ? undefined : instantOf(minutes, own ? 'day' : undefined)?.day;
    if (day === undefined)
      return this.note({
        reason: 'death without a date, or with a placeholder date, not read',
        detail: '',
      });
    this.say('deathDate', day);
  }

  sex(text: string): void {
    const sex = sexOfWord(text);
    if (sex === undefined) return this.note({ reason: 'sex not understood', detail: text });
    if (sex !== 'unknown') this.say('sex', sex);
  }

  /** Race, ethnicity, or both. */
  origin(text: string): void {
    const origin = originOf(text);
    if (!origin) return this.note({ reason: 'race or ethnicity not understood', detail: text });
    if (origin.race) this.say('race', origin.race);
    if (origin.ethnicity) this.say('ethnicity', origin.ethnicity);
  }

  /** As we wrote it. */
  own(what: 'race' | 'ethnicity', code: string): void {
    this.said[what] = code;
  }

  private say<K extends keyof Person['said']>(what: K, value: Person['said'][K]): void {
    const before = this.said[what];
    if (before === undefined) this.said[what] = value;
    else if (before !== value)
      this.note({
        reason: `${NAMES[what]} given twice with different values; the first is read`,
        detail: `${before}, ${value}`,
      });
  }
}

const NAMES: Record<string, string> = {
  sex: 'sex',
  race: 'race',
  ethnicity: 'ethnicity',
  birthDate: 'birth',
  deathDate: 'death',
};

/** OMOP's vocabulary Race has its codes in the order of CDC's: Race/5.01 is within Race/5, White. */
const OMOP_RACES = ['1002-5', '2028-9', '2054-5', '2076-8', '2106-3'];

function originOf(text: string): Origin | undefined {
  const [, omop] = /^OMOP ([1-5])(?:\.|$)/.exec(text) ?? [];
  return omop === undefined ? originOfText(text) : { race: OMOP_RACES[Number(omop) - 1] };
}
