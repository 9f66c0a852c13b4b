import { AGE_BANDS } from '@ehrsynth/matrix';
import { LOCAL_SYSTEM, meaningOf, systemNamed } from '@ehrsynth/meds';
import { EventKind, originOfText, sexOfWord, System } from '@ehrsynth/records';

/** What the name of a column may say: a code, and what stands before it. */
export interface NameReading {
  code: string;
  /** URIs of which the code's system is one. */
  systems?: readonly string[];
  kind?: EventKind;
  /** Words before the code that say neither a system nor a kind. */
  unknown?: string;
}

/** Marks between what stands before a code and the code. */
const BETWEEN = /\/\/|::|__|[|:=/_ -]/g;
/** What others call the kinds. */
const KINDS: Record<string, EventKind> = {
  dx: 'condition',
  diag: 'condition',
  diagnosis: 'condition',
  cond: 'condition',
  rx: 'drug',
  med: 'drug',
  medication: 'drug',
  proc: 'procedure',
  px: 'procedure',
  lab: 'measurement',
  obs: 'measurement',
  observation: 'measurement',
  vaccine: 'immunization',
};
/** ICD-10 is what many call ICD-10-CM and -PCS, and ICD-9 both volumes of it. */
const FAMILIES: Record<string, readonly string[]> = {
  ICD10: [
    System.icd10cm,
    System.icd10pcs,
    'http://hl7.org/fhir/sid/icd-10',
    'http://fhir.de/CodeSystem/bfarm/icd-10-gm',
  ],
  ICD9: [System.icd9cm, System.icd9proc],
  ICD: [System.icd10cm, System.icd10pcs, System.icd9cm, System.icd9proc],
};

/**
 * What a name may say, the likeliest first: our own key (condition|URI|E11.9), a code of MEDS (ICD10CM//E11.9), the name as a code, then
 * as one after words for its system or kind (icd10cm_E11.9, dx:E11.9).
 */
export function readingsOf(name: string): NameReading[] {
  const own = /^([a-z]+)\|([^|]+)\|(.+)$/.exec(name);
  if (own && isKind(own[1])) return [{ kind: own[1], systems: [own[2]], code: own[3] }];
  const readings: NameReading[] = [];
  const meant = meaningOf(name);
  if (meant.is === 'event' && meant.code.system !== LOCAL_SYSTEM)
    readings.push({ code: meant.code.code, systems: familyOf(name) ?? [meant.code.system] });
  readings.push({ code: name });
  for (const { index, 0: mark } of name.matchAll(BETWEEN)) {
    const [before, code] = [name.slice(0, index), name.slice(index + mark.length)];
    if (before !== '' && code !== '') readings.push({ code, ...said(before) });
  }
  return readings;
}

function said(before: string): Omit<NameReading, 'code'> {
  const whole = systemsOf(before);
  if (whole) return { systems: whole };
  const found: Omit<NameReading, 'code'> = {};
  const unknown = before.split(BETWEEN).filter((word) => {
    const kind = isKind(word.toLowerCase()) ? (word.toLowerCase() as EventKind) : KINDS[word.toLowerCase()];
    const systems = systemsOf(word);
    if (kind !== undefined) found.kind = kind;
    else if (systems) found.systems = systems;
    return kind === undefined && !systems && word !== '';
  });
  return unknown.length > 0 ? { ...found, unknown: before } : found;
}

/** The systems that a word may mean: a name of one, or its URI. */
export function systemsOf(word: string): readonly string[] | undefined {
  if (/^(?:https?|urn):/.test(word)) return [word];
  const system = systemNamed(word);
  return familyOf(word) ?? (system === undefined ? undefined : [system]);
}

function familyOf(word: string): readonly string[] | undefined {
  const plain = word
    .split(/\/\/|\//)[0]
    .replace(/[-\s_.]/g, '')
    .toUpperCase();
  return Object.hasOwn(FAMILIES, plain) ? FAMILIES[plain] : undefined;
}

/** A kind of event by its name or what others call it. */
export function kindOf(word: string): EventKind | undefined {
  const plain = word.trim().toLowerCase();
  return isKind(plain) ? plain : Object.hasOwn(KINDS, plain) ? KINDS[plain] : undefined;
}

function isKind(word: string): word is EventKind {
  return (EventKind.options as string[]).includes(word);
}

/** A column that says one value of a demographic: sex_F, gender=male, age_25-34, race_White. */
export function demographicOf(name: string): { system: 'sex' | 'age' | 'race'; code: string } | undefined {
  const [, what, text] = /^(?:demographic\|)?(sex|gender|age|race)(?:__|[|:=/_ -])+(.+)$/i.exec(name) ?? [];
  if (what === undefined) return undefined;
  switch (what.toLowerCase()) {
    case 'age': {
      const band = AGE_BANDS.map((one) => one.join('-')).find((one) => one === text.replace(/[–_]|\s*to\s*/, '-'));
      return band === undefined ? undefined : { system: 'age', code: band };
    }
    case 'race': {
      const race = originOfText(text)?.race;
      return race === undefined ? undefined : { system: 'race', code: race };
    }
    default: {
      const sex = sexOfWord(text);
      return sex === undefined ? undefined : { system: 'sex', code: sex };
    }
  }
}
