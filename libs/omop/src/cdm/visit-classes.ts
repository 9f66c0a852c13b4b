/**
 * The class (HL7 v3-ActCode) of a standard visit concept; undefined for one that is not in the table. After the hierarchy of OHDSI's
 * domain Visit: the concepts of the vocabulary Visit, CMS's places of service, UB-04's types of bill and NUCC's facilities.
 */
export function classOfConcept(concept: number): string | undefined {
  return CLASSES.get(concept) ?? RANGES.find(([from, to]) => concept >= from && concept <= to)?.[2];
}

/** Whether a class is the other one or a kind of it, so that one does not contradict the other. */
export function isKindOf(code: string, of: string): boolean {
  return code === of || (KINDS[of]?.includes(code) ?? false);
}

/** Concepts whose descendants are of one class, those that say most first. */
export const CLASS_ANCESTORS = [262, 9203, 42898160, 32037, 9201, 581385, 581476, 5083, 722455, 581478, 9202];

/**
 * 262, an emergency visit that became an inpatient one, is inpatient, as OHDSI's phenotypes count it: most of the stay is. Nursing
 * homes and hospices are NONAC, HL7's inpatient class that is not acute.
 */
const CLASSES = new Map<number, string>(
  Object.entries({
    IMP: [
      262,
      9201,
      8717, // emergency room and inpatient; inpatient; inpatient hospital
      32037,
      581379,
      581382,
      581383,
      581384, // intensive, critical, cardiac care, nursery
      8971,
      8913,
      8892,
      8920,
      32254,
      32760, // psychiatric, other inpatient care, rehabilitation, isolation
      38004515, // hospital
      44814707, // PCORnet's
    ],
    NONAC: [42898160, 8863, 8676, 8970, 8827, 8615, 8546, 8951, 8957, 8976, 38004301, 38004303, 38004306, 44814710],
    EMER: [9203, 8870, 581381, 44814709],
    OBSENC: [581385],
    HH: [581476, 8536, 38004195, 38004519, 32759], // home, home health agencies
    VR: [5083, 722455, 581399],
    FLD: [581478, 8668, 8850], // ambulances
    AMB: [
      9202,
      8940,
      8756,
      5084,
      581477,
      8782,
      581380, // outpatient, office, outpatient hospital, urgent care, critical care
      8883,
      8650,
      8858,
      8947,
      8949,
      8716,
      8761,
      8969,
      8977,
      8941,
      8584,
      8905,
      8960,
      8966,
      8968,
      8974, // CMS's places of service
      32036,
      8809,
      581458,
      32693,
      581475,
      581479,
      32253,
      32261, // laboratory, pharmacy, examination, worksite, rehabilitation
      38004193,
      38003620,
      38003820,
      38003821,
      38004526,
      38004677,
      38004693,
      38004696,
      38004702,
      44814708,
      44814711, // PCORnet's
    ],
  }).flatMap(([code, concepts]) => concepts.map((concept): [number, string] => [concept, code])),
);

const RANGES: [from: number, to: number, code: string][] = [
  [38004207, 38004269, 'AMB'], // NUCC's ambulatory clinics and centers
  [38004270, 38004291, 'IMP'], // NUCC's hospital units and hospitals
  [38004446, 38004509, 'AMB'], // Medicare's specialties of physicians, such as 38004453 family practice
];

const KINDS: Record<string, string[]> = {
  IMP: ['ACUTE', 'NONAC', 'SS', 'OBSENC'],
  AMB: ['VR', 'HH', 'SS', 'FLD', 'OBSENC', 'PRENC'],
};
