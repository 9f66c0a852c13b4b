import type { Extension, Patient } from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import { Ethnicity, type PatientRecord, Race } from '@ehrsynth/records';
import { usCore } from '../validate/us-core.ts';
import { metaOf, type Written } from './resource.ts';

const OMB = 'urn:oid:2.16.840.1.113883.6.238';
const BIRTH_SEX: Record<PatientRecord['sex'], string> = {
  female: 'F',
  male: 'M',
  other: 'OTH',
  unknown: 'UNK',
};

/** A record's person, with a name that is made up. */
export function toPatient(record: PatientRecord, id: string): Patient & Written {
  const { sex, birthDate, deathDate, race, ethnicity } = record;
  const extension = [
    ombExtension('race', race, Race),
    ombExtension('ethnicity', ethnicity, Ethnicity),
    { url: usCore('birthsex'), valueCode: BIRTH_SEX[sex] },
  ].filter((entry) => entry !== undefined);
  return {
    resourceType: 'Patient',
    id,
    meta: metaOf('patient'),
    extension,
    identifier: [{ system: 'urn:ehrsynth:patient', value: record.id }],
    name: [{ use: 'anonymous', family: 'Synthetic', given: [`Patient-${uuidOf(record.id).slice(0, 8)}`] }],
    gender: sex,
    ...(birthDate && { birthDate }),
    ...(deathDate && { deceasedDateTime: deathDate }),
  };
}

function ombExtension(name: string, code: string | undefined, known: Record<string, string>): Extension | undefined {
  const display = code && known[code];
  if (!display) return undefined;
  return {
    url: usCore(name),
    extension: [
      { url: 'ombCategory', valueCoding: { system: OMB, code, display } },
      { url: 'text', valueString: display },
    ],
  };
}
