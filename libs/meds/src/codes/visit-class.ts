import { classOfWords, ENCOUNTER_CODES } from '@ehrsynth/records';
import type { StayOf } from './words.ts';

/**
 * The class (HL7 v3-ActCode) of a stay whose code goes on with these words: a class, a code of OMOP's vocabulary Visit, words.
 * Undefined where they say nothing of it.
 */
export function classOfStay(of: StayOf, words: string): string | undefined {
  if (of === 'emergency') return 'EMER';
  if (of === 'intensive care') return 'ACUTE';
  // An admission through the emergency room is a stay: most of it is.
  if (of === 'hospital') return /observation/i.test(words) ? 'OBSENC' : 'IMP';
  const word = words.trim();
  return ENCOUNTER_CODES.has(word) ? word : (OMOP_VISITS[word.toUpperCase()] ?? classOfWords(word));
}

/** The class of a code of CMS's places of service; undefined for those that say nothing of it. */
export function classOfPlace(place: string): string | undefined {
  return PLACES[place.trim().padStart(2, '0')];
}

/** OMOP's vocabulary Visit. */
const OMOP_VISITS: Record<string, string> = {
  IP: 'IMP',
  ERIP: 'IMP',
  OP: 'AMB',
  ER: 'EMER',
  LTCP: 'NONAC',
};

/** @see CMS, Place of Service Codes for Professional Claims */
const PLACES: Record<string, string> = {
  '02': 'VR',
  '10': 'VR',
  '11': 'AMB',
  '12': 'HH',
  '17': 'AMB',
  '19': 'AMB',
  '20': 'AMB',
  '21': 'IMP',
  '22': 'AMB',
  '23': 'EMER',
  '24': 'AMB',
  '31': 'NONAC',
  '32': 'NONAC',
  '34': 'NONAC',
  '41': 'FLD',
  '42': 'FLD',
  '49': 'AMB',
  '50': 'AMB',
  '51': 'IMP',
  '61': 'NONAC',
  '72': 'AMB',
};
