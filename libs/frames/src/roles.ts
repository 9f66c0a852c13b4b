import { FrameOptionError } from './errors.ts';
import { OF_ROWS } from './table.ts';

/** What a column of a table may hold beside counts of a code. */
export const ROLES = [
  'id',
  'time',
  'end',
  'code',
  'system',
  'kind',
  'value',
  'unit',
  'visit',
  'class',
  'sex',
  'birth',
  'death',
  'age',
  'race',
  'ethnicity',
] as const;
export type Role = (typeof ROLES)[number];
/** The name of the column in each role. */
export type RoleNames = Partial<Record<Role, string>>;

/** Names that columns of each role have, in small letters without marks, the likeliest first. */
const NAMES: Record<Role, string[]> = {
  id: ['id', 'patientid', 'personid', 'subjectid', 'patient', 'person', 'subject', 'pid', 'caseid', 'mrn'],
  time: [
    'time',
    'date',
    'datetime',
    'timestamp',
    'start',
    'starttime',
    'startdate',
    'eventtime',
    'eventdate',
    'charttime',
    'day',
    'days',
  ],
  end: ['end', 'endtime', 'enddate', 'stop', 'stoptime', 'stopdate'],
  code: ['code', 'conceptcode', 'eventcode', 'sourcecode', 'icdcode', 'event', 'concept', 'token'],
  system: ['system', 'codesystem', 'codingsystem', 'vocabulary', 'vocabularyid'],
  kind: ['kind', 'eventkind', 'domain', 'domainid', 'type', 'eventtype'],
  value: ['value', 'numericvalue', 'valuenum', 'valueasnumber', 'result'],
  unit: ['unit', 'units', 'unitcode', 'valueuom'],
  visit: ['visit', 'visitid', 'encounter', 'encounterid', 'visitoccurrenceid', 'hadmid', 'visitnumber'],
  class: ['class', 'visitclass', 'encounterclass', 'visittype', 'admissiontype'],
  sex: ['sex', 'gender'],
  birth: ['birthdate', 'dateofbirth', 'dob', 'birth', 'birthdatetime'],
  death: ['deathdate', 'dateofdeath', 'dod', 'death', 'deathdatetime'],
  age: ['age', 'ageyears', 'ageinyears', 'anchorage'],
  race: ['race'],
  ethnicity: ['ethnicity'],
};
/** Roles in a table of patients × codes. */
const OF_PATIENTS: Role[] = ['id', 'sex', 'birth', 'death', 'age', 'race', 'ethnicity'];

/** How a table is laid out, and what its columns are. */
export interface Layout {
  /** A row a patient and a column a code, or a row an event. */
  is: 'wide' | 'long';
  roles: RoleNames;
}

/**
 * How a table is laid out: long where it has columns for a patient and a code, else wide.
 * @param given names of columns that were said to have a role
 * @throws FrameOptionError
 */
export function layoutOf(names: readonly string[], given: RoleNames = {}): Layout {
  for (const [role, name] of Object.entries(given))
    if (!names.includes(name))
      throw new FrameOptionError(
        `The table has no column ${JSON.stringify(name)} for ${role}`,
        `It has ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', …' : ''}.`,
      );
  const found = { ...guessed(names, new Set(Object.values(given))), ...given };
  if (found.code !== undefined && found.id !== undefined) return { is: 'long', roles: found };
  const foreign = Object.keys(given).find((role) => !OF_PATIENTS.includes(role as Role));
  if (foreign !== undefined)
    throw new FrameOptionError(
      `A column for ${foreign} belongs to a table with one row per event, but no column for ${found.id === undefined ? 'id' : 'code'} was found`,
      `Name it: --column ${found.id === undefined ? 'id' : 'code'}=NAME.`,
    );
  const ofPatients = Object.entries(found).filter(([role]) => OF_PATIENTS.includes(role as Role));
  const roles = Object.fromEntries(ofPatients) as RoleNames;
  if (roles.id === undefined && OF_ROWS.test(names[0])) roles.id = names[0];
  return { is: 'wide', roles };
}

const SHOWN = 8;

function guessed(names: readonly string[], taken: ReadonlySet<string>): RoleNames {
  const plain = names.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const found: RoleNames = {};
  for (const role of ROLES) {
    for (const known of NAMES[role]) {
      const name = names[plain.indexOf(known)];
      if (name === undefined || taken.has(name)) continue;
      found[role] = name;
      break;
    }
  }
  return found;
}

/** id is "patient_id", code is "icd": what a report says of a table's columns. */
export function rolesText(roles: RoleNames): string {
  return ROLES.flatMap((role) => (roles[role] === undefined ? [] : [`${role} ${JSON.stringify(roles[role])}`])).join(
    ', ',
  );
}
