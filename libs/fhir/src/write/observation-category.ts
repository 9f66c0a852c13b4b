import { type CodedEvent, System } from '@ehrsynth/records';

/** LOINC codes of the vital signs that R4's own profiles name. @see FHIR R4, observation-vitalsigns */
const VITAL_SIGNS = new Set(
  '85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4'.split(' '),
);
/** Smoking, drinking, occupation and housing. */
const SOCIAL_HISTORY = new Set('72166-2 11367-0 74013-4 11341-5 11295-3 63512-8 71802-3 76690-7 82810-3'.split(' '));

/** HL7's observation-category. */
const CATEGORIES = new Set(
  'social-history vital-signs imaging laboratory procedure survey exam therapy activity'.split(' '),
);

/** The category of a measurement: its own where that is one of HL7's, else by its LOINC code; laboratory where neither says more. */
export function categoryOf({ category, code }: Pick<CodedEvent, 'category' | 'code'>): string {
  if (category !== undefined && CATEGORIES.has(category)) return category;
  if (code.system !== System.loinc) return 'laboratory';
  if (VITAL_SIGNS.has(code.code)) return 'vital-signs';
  return SOCIAL_HISTORY.has(code.code) ? 'social-history' : 'laboratory';
}
