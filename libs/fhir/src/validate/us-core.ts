import { System } from '@ehrsynth/records';
import type { Resource } from '../read/resources.ts';
import { ALL, DEFAULT_RELEASE, impliedRelease, isIn, majorOf, type Span } from './us-core-releases.ts';
import {
  category,
  coded,
  every,
  MISSING,
  needs,
  type ProfileRule,
  rule,
  TERMINOLOGY,
  within,
} from './us-core-rules.ts';
import { ADMINISTRATION_PROFILES } from './us-core-administration.ts';
import { OBSERVATION_PROFILES } from './us-core-observations.ts';
import { VITAL_SIGN_PROFILES } from './us-core-vitals.ts';

export type { ProfileRule };

interface Profile {
  type: string;
  /** Releases of the guide that have the profile. */
  releases: Span;
  rules: ProfileRule[];
}

const CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
/** OMB's race and ethnicity categories, with the null flavours that the value sets add. */
const RACES = ['1002-5', '2028-9', '2054-5', '2076-8', '2106-3', '2131-1', 'UNK', 'ASKU'];
const ETHNICITIES = ['2135-2', '2186-5', 'UNK', 'ASKU'];
const BIRTH_SEXES = ['F', 'M', 'OTH', 'ASKU', 'UNK'];
const CONDITION_SYSTEMS = [System.snomed, System.icd10cm, System.icd9cm];
const PROCEDURE_SYSTEMS = [
  System.snomed,
  System.icd10pcs,
  'http://www.ama-assn.org/go/cpt',
  'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  'http://www.ada.org/cdt',
];
const ENCOUNTER_SYSTEMS = [System.snomed, 'http://www.ama-assn.org/go/cpt'];
const CONDITION_CATEGORIES = `${TERMINOLOGY}/condition-category`;
const ORDERS = ['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order'];
const [FIRST, LAST] = ALL;

/** A condition's code and patient, whatever its category. */
const CONDITION = [needs('code'), needs('subject'), coded('code', CONDITION_SYSTEMS, 'SNOMED CT or ICD-10-CM')];

/**
 * What US Core asks, beyond R4, of the profiles that we write and of their kin: elements that must be there, categories,
 * bindings and invariants. Where releases differ, a rule says in which it holds.
 * @see US Core 3.1.1, 4.0.0, 5.0.1, 6.1.0, 7.0.0, 8.0.1, 9.0.0
 */
const PROFILES: Record<string, Profile> = {
  patient: {
    type: 'Patient',
    releases: ALL,
    rules: [
      needs('identifier'),
      every('identifier', 'system'),
      every('identifier', 'value'),
      needs('name'),
      rule('us-core-8', 'name', 'name.all(family.exists() or given.exists())', 'A name has a family or a given name', {
        releases: [FIRST, 3],
      }),
      rule(
        'us-core-6',
        'name',
        `name.all(family.exists() or given.exists() or ${MISSING})`,
        'A name has a family name, a given name, or the reason why not',
        { releases: [4, LAST] },
      ),
      every('telecom', 'system'),
      every('telecom', 'value'),
      // Since 8 an extension has the sex, and gender is R4's own.
      needs('gender', [FIRST, 7]),
      // The extensions that it names.
      ...['race', 'ethnicity'].map((name) =>
        rule(
          `${name}-text`,
          'extension',
          `extension('${CORE}${name}').all(extension('text').exists())`,
          `The ${name} extension has a text`,
        ),
      ),
      rule(
        'race-category',
        'extension',
        `extension('${CORE}race').extension('ombCategory').value.code.all(${within(RACES)})`,
        "ombCategory is one of OMB's races",
      ),
      rule(
        'ethnicity-category',
        'extension',
        `extension('${CORE}ethnicity').extension('ombCategory').value.code.all(${within(ETHNICITIES)})`,
        "ombCategory is one of OMB's ethnicities",
      ),
      rule(
        'birthsex',
        'extension',
        `extension('${CORE}birthsex').value.all(${within(BIRTH_SEXES)})`,
        `Birth sex is one of ${BIRTH_SEXES.join(', ')}`,
      ),
    ],
  },
  encounter: {
    type: 'Encounter',
    releases: ALL,
    rules: [
      needs('status'),
      needs('class'),
      needs('type'),
      needs('subject'),
      coded('type', ENCOUNTER_SYSTEMS, 'SNOMED CT or CPT'),
      every('identifier', 'system'),
      every('identifier', 'value'),
    ],
  },
  condition: { type: 'Condition', releases: [FIRST, 4], rules: [needs('category'), ...CONDITION] },
  'condition-encounter-diagnosis': {
    type: 'Condition',
    releases: [5, LAST],
    rules: [category('encounter-diagnosis', CONDITION_CATEGORIES), ...CONDITION],
  },
  'condition-problems-health-concerns': {
    type: 'Condition',
    releases: [5, LAST],
    rules: [
      rule(
        'category problem-list-item or health-concern',
        'category',
        `category.coding.exists((system = '${CONDITION_CATEGORIES}' and code = 'problem-list-item') or ` +
          `(system = 'http://hl7.org/fhir/us/core/CodeSystem/condition-category' and code = 'health-concern'))`,
        'One category must be problem-list-item or health-concern',
      ),
      ...CONDITION,
    ],
  },
  medicationrequest: {
    type: 'MedicationRequest',
    releases: ALL,
    rules: [
      needs('status'),
      needs('intent'),
      needs('medication'),
      needs('subject'),
      needs('authoredOn', [FIRST, 3]),
      needs('requester', [FIRST, 5]),
      rule(
        'us-core-21',
        'requester',
        `intent.all(${within(ORDERS)}) implies requester.exists()`,
        'An order has its requester, or the reason why not',
        { releases: [6, LAST] },
      ),
      coded('medication.ofType(CodeableConcept)', [System.rxnorm], 'RxNorm'),
    ],
  },
  procedure: {
    type: 'Procedure',
    releases: ALL,
    rules: [
      needs('status'),
      needs('code'),
      needs('subject'),
      needs('performed', [FIRST, 4]),
      rule(
        'us-core-7',
        'performed',
        "(status = 'completed' or status = 'in-progress') implies performed.exists()",
        'What was or is being done has its time',
        { releases: [5, LAST] },
      ),
      coded('code', PROCEDURE_SYSTEMS, 'SNOMED CT, CPT, HCPCS or ICD-10-PCS'),
    ],
  },
  immunization: {
    type: 'Immunization',
    releases: ALL,
    rules: [
      needs('status'),
      needs('vaccineCode'),
      needs('patient'),
      needs('occurrence'),
      needs('primarySource', [FIRST, 5]),
      coded('vaccineCode', [System.cvx], 'CVX'),
    ],
  },
  allergyintolerance: {
    type: 'AllergyIntolerance',
    releases: ALL,
    rules: [needs('code'), needs('patient')],
  },
  ...ADMINISTRATION_PROFILES,
  ...ofObservations({ ...OBSERVATION_PROFILES, ...VITAL_SIGN_PROFILES }),
};

function ofObservations(profiles: Record<string, Omit<Profile, 'type'>>): Record<string, Profile> {
  return Object.fromEntries(
    Object.entries(profiles).map(([name, profile]) => [name, { type: 'Observation', ...profile }]),
  );
}

/** The address of a profile or extension of US Core by its short name. */
export function usCore(name: string): string {
  return CORE + name;
}

/** Every profile that we know of the release whose profiles our export claims, with its rules. */
export function knownProfiles(): { url: string; type: string; rules: ProfileRule[] }[] {
  return Object.entries(PROFILES)
    .filter(([, { releases }]) => isIn(releases, DEFAULT_RELEASE))
    .map(([name, { type, rules }]) => ({ url: CORE + name, type, rules: ofRelease(rules, DEFAULT_RELEASE) }));
}

/**
 * The rules by which a resource that claims the profile is judged, those of the release that it claims (without one, see
 * impliedRelease); in words why it is not judged, where we do not know the release, or the release has no such profile;
 * undefined where the profile is none that we know.
 */
export function profileRules(url: string, resource: Resource): ProfileRule[] | string | undefined {
  const [bare, version] = url.split('|');
  const name = bare.slice(CORE.length);
  if (!bare.startsWith(CORE) || !Object.hasOwn(PROFILES, name)) return undefined;
  const { releases, rules } = PROFILES[name];
  const release = version === undefined ? impliedRelease(resource, releases, CORE) : majorOf(version);
  if (release === undefined) return 'Rules are known of US Core 3.0.0 to 9.0.0, as published.';
  if (!isIn(releases, release)) return `US Core ${version} has no such profile.`;
  return ofRelease(rules, release);
}

function ofRelease(rules: ProfileRule[], release: number): ProfileRule[] {
  return rules.filter(({ releases }) => isIn(releases, release));
}
