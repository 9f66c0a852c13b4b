import type { EventKind } from '@ehrsynth/records';

/** What the first part of a code says of its row; undefined where it says nothing that is known. */
export function wordOf(part: string): Word | undefined {
  return WORDS.get(
    part
      .trim()
      .toUpperCase()
      .replace(/[\s-]+/g, '_'),
  );
}

/** Which stay a row begins or ends. */
export type StayOf = 'hospital' | 'emergency' | 'intensive care' | 'visit';

export type Word =
  | { says: 'sex' | 'origin' | 'derived' | 'transfer' }
  /** What follows so many parts of a code of no known system, the word among them, is its unit. */
  | { says: 'kind'; kind: EventKind; partsBeforeUnit?: number }
  | { says: 'end of an event' }
  | { says: 'visit'; of: StayOf; step: 'start' | 'end' | 'whole' };

function words(list: string, word: Word): [string, Word][] {
  return list.split(' ').map((name) => [name, word]);
}

/** Of the ETLs of MIMIC-IV, eICU, OMOP and EHRSHOT, and names that are alike. */
const WORDS = new Map<string, Word>([
  ...words('GENDER SEX', { says: 'sex' }),
  ...words('RACE ETHNICITY HISPANIC', { says: 'origin' }),
  ...words('TIMELINE TIME_OF_DAY AGE', { says: 'derived' }),
  ...words('TRANSFER_TO TRANSFER', { says: 'transfer' }),
  ...words('LAB LABS LABORATORY VITAL VITALS VITAL_SIGN VITAL_SIGNS MEASUREMENT OBSERVATION CHART', {
    says: 'kind',
    kind: 'measurement',
    partsBeforeUnit: 2,
  }),
  ...words('SUBJECT_FLUID_OUTPUT SUBJECT_FLUID_INPUT FLUID_OUTPUT FLUID_INPUT', {
    says: 'kind',
    kind: 'measurement',
    partsBeforeUnit: 2,
  }),
  ...words('SUBJECT_WEIGHT_AT_INFUSION', { says: 'kind', kind: 'measurement', partsBeforeUnit: 1 }),
  ...words('DIAGNOSIS DIAGNOSES DX CONDITION CONDITIONS PROBLEM', { says: 'kind', kind: 'condition' }),
  ...words('MEDICATION MEDICATIONS MED MEDS DRUG DRUGS PRESCRIPTION PRESCRIPTIONS RX INFUSION_START', {
    says: 'kind',
    kind: 'drug',
  }),
  ...words('PROCEDURE PROCEDURES SURGERY', { says: 'kind', kind: 'procedure' }),
  ...words('IMMUNIZATION IMMUNIZATIONS VACCINE VACCINATION', { says: 'kind', kind: 'immunization' }),
  ...words('ALLERGY ALLERGIES', { says: 'kind', kind: 'allergy' }),
  ...words('INFUSION_END', { says: 'end of an event' }),
  ...words('ENCOUNTER VISIT', { says: 'visit', of: 'visit', step: 'whole' }),
  ...words('ENCOUNTER_START VISIT_START', { says: 'visit', of: 'visit', step: 'start' }),
  ...words('ENCOUNTER_END VISIT_END', { says: 'visit', of: 'visit', step: 'end' }),
  ...words('HOSPITAL_ADMISSION ADMISSION', { says: 'visit', of: 'hospital', step: 'start' }),
  ...words('HOSPITAL_DISCHARGE DISCHARGE', { says: 'visit', of: 'hospital', step: 'end' }),
  ...words('ED_REGISTRATION ED_ADMISSION ED_ARRIVAL', { says: 'visit', of: 'emergency', step: 'start' }),
  ...words('ED_OUT ED_DISCHARGE ED_DEPARTURE', { says: 'visit', of: 'emergency', step: 'end' }),
  ...words('ICU_ADMISSION', { says: 'visit', of: 'intensive care', step: 'start' }),
  ...words('ICU_DISCHARGE', { says: 'visit', of: 'intensive care', step: 'end' }),
]);
