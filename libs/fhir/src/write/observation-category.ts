/** LOINC codes of the vital signs that R4's own profiles name. @see FHIR R4, observation-vitalsigns */
const VITAL_SIGNS = new Set(
  '85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4'.split(
    ' ',
  ),
);
/** Smoking, drinking, occupation and housing. */
const SOCIAL_HISTORY = new Set(
  '72166-2 11367-0 74013-4 11341-5 11295-3 63512-8 71802-3 76690-7 82810-3'.split(' '),
);

export type ObservationCategory = 'vital-signs' | 'social-history' | 'laboratory';

/** The category of HL7's observation-category that a measurement's LOINC code belongs to: laboratory, but for those known better. */
export function categoryOf(loinc: string): ObservationCategory {
  if (VITAL_SIGNS.has(loinc)) return 'vital-signs';
  return SOCIAL_HISTORY.has(loinc) ? 'social-history' : 'laboratory';
}

/** US Core's profile for the category, where it has one that needs no more than we have. */
export const CATEGORY_PROFILES: Record<ObservationCategory, string | undefined> = {
  'vital-signs': 'vital-signs',
  'social-history': undefined,
  laboratory: 'observation-lab',
};
