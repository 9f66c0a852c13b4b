import type { Origin, Sex } from '@ehrsynth/records';

/** What a concept of the domain Gender means, beside those of other vocabularies that sources put in its place; undefined for others. */
export function sexOfConcept(concept: number): Sex | undefined {
  return SEXES.get(concept);
}

/** What a concept of the domains Race and Ethnicity means: the OMB category that it is or stands under; undefined for others. */
export function originOfConcept(concept: number): Origin | undefined {
  const race = RACES.find(([from, to]) => concept >= from && concept <= to)?.[2];
  if (race) return { race };
  const ethnicity = ETHNICITIES.get(concept);
  if (ethnicity) return { ethnicity };
  return NOTHING.has(concept) ? { saysNothing: true } : undefined;
}

/** Concepts whose descendants are of one sex or category. */
export const PEOPLE_ANCESTORS = [8507, 8532, 8515, 8516, 8527, 8557, 8657, 38003563, 38003564];

const SEXES = new Map<number, Sex>(
  Object.entries({
    male: [8507, 45766034, 45880669, 1585846, 1585839, 44814666], // Gender; SNOMED CT, masculine gender; LOINC's answer; All of Us; PCORnet
    female: [8532, 45766035, 45878463, 1585847, 1585840, 44814665],
    // OTHER, AMBIGUOUS, and PCORnet's two; LOINC's; surgically transgendered; All of Us: intersex, non-binary, transgender, another
    other: [
      8521, 8570, 44814649, 44814664, 45878142, 4231242, 4234363, 4251434, 46273637, 1585848, 1585841, 1585842, 1585843,
    ],
    unknown: [0, 8551, 4214687, 4215271, 44814650, 44814653, 44814667, 45877986, 1177221, 903096],
  }).flatMap(([sex, concepts]) => concepts.map((concept): [number, Sex] => [concept, sex as Sex])),
);

/** OMB's categories and what OHDSI's vocabulary Race has under each, in the order of CDC's codes; LOINC's answers, All of Us, PCORnet. */
const RACES: [from: number, to: number, race: string][] = [
  [8657, 8657, '1002-5'],
  [38003572, 38003573, '1002-5'], // American Indian, Alaska Native
  [1586141, 1586141, '1002-5'],
  [44814654, 44814654, '1002-5'],
  [8515, 8515, '2028-9'],
  [38003574, 38003597, '2028-9'], // from Asian Indian to Madagascar
  [45879439, 45879439, '2028-9'],
  [1586142, 1586142, '2028-9'],
  [44814655, 44814655, '2028-9'],
  [8516, 8516, '2054-5'],
  [38003598, 38003609, '2054-5'], // from Black to West Indian
  [1586143, 1586143, '2054-5'],
  [44814656, 44814656, '2054-5'],
  [8557, 8557, '2076-8'],
  [38003610, 38003613, '2076-8'], // Polynesian, Micronesian, Melanesian, other
  [1586145, 1586145, '2076-8'],
  [44814657, 44814657, '2076-8'],
  [8527, 8527, '2106-3'],
  [38003614, 38003616, '2106-3'], // European, Middle Eastern or North African, Arab
  [45877987, 45877987, '2106-3'],
  [1586144, 1586144, '2106-3'],
  [1586146, 1586146, '2106-3'],
  [44814658, 44814658, '2106-3'],
];
const ETHNICITIES = new Map([
  [38003563, '2135-2'],
  [38003564, '2186-5'],
  [1586147, '2135-2'],
  [44814651, '2135-2'],
  [44814652, '2186-5'],
]);
/** No concept, other, unknown, several, refused, none of these. */
const NOTHING = new Set([
  0, 8522, 8552, 9178, 44814649, 44814650, 44814653, 44814659, 44814660, 44814667, 45877986, 45878142, 46237210, 759814,
  1586148, 1177221, 903096, 4218674,
]);
