import { Sex, sexOfCode } from '@ehrsynth/records';
import { extensionsOf, valueCodes } from './extension.ts';
import type { Note } from './note.ts';
import type { Resource } from './resources.ts';

/**
 * The administrative gender of a Patient; where it has none, the sex of its extensions: US Core's birthsex, sex (7, 8) and
 * individual-sex (9), R4's recordedSexOrGender, Epic's legal sex. A gender identity is no sex. A gender in another writing
 * (Male, F) is read and noted.
 */
export function sexOf(resource: Resource, notes: Note[]): Sex {
  const gender: unknown = resource.gender;
  if (typeof gender === 'string' && gender !== '') {
    if (Sex.safeParse(gender).success) return gender as Sex;
    const read = sexOfCode(gender);
    if (read) {
      notes.push({ reason: 'gender in a writing that is not of R4, read', detail: `${gender} as ${read}` });
      return read;
    }
    notes.push({ reason: 'gender not read', detail: gender.slice(0, 100) });
  }
  for (const { name, extension } of extensionsOf(resource)) {
    if (!SEX_EXTENSIONS.has(name)) continue;
    const values = extensionsOf(extension).filter((part) => part.name === 'value');
    for (const code of [extension, ...values.map((part) => part.extension)].flatMap(valueCodes)) {
      const sex = typeof code === 'string' ? sexOfCode(code) : undefined;
      if (sex && sex !== 'unknown') return sex;
    }
  }
  return 'unknown';
}

const SEX_EXTENSIONS = new Set([
  'us-core-birthsex',
  'us-core-birth-sex',
  'us-core-sex',
  'us-core-individual-sex',
  'individual-recordedSexOrGender',
  'legal-sex',
]);
