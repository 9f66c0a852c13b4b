import { System } from '@ehrsynth/records';
import type { Severity } from './finding.ts';

/** A rule of a profile that FHIRPath can decide; false breaks it. */
export interface ProfileRule {
  key: string;
  severity: Severity;
  /** Relative to the resource. */
  path: string;
  expression: string;
  human: string;
  mend: string;
}

const CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
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
const MISSING = "extension('http://hl7.org/fhir/StructureDefinition/data-absent-reason').exists()";

/** What US Core 6.1.0 asks, beyond R4, of the profiles that we write: elements that must be there and bindings. */
const PROFILES: Record<string, ProfileRule[]> = {
  patient: [
    needs('identifier'),
    every('identifier', 'system'),
    every('identifier', 'value'),
    needs('name'),
    rule(
      'us-core-6',
      'name',
      `name.all(family.exists() or given.exists() or ${MISSING})`,
      'A name has a family name, a given name, or the reason why not',
    ),
    needs('gender'),
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
  encounter: [
    needs('status'),
    needs('class'),
    needs('type'),
    needs('subject'),
    coded('type', ENCOUNTER_SYSTEMS, 'SNOMED CT or CPT'),
    every('identifier', 'value', 'warning'),
  ],
  'condition-encounter-diagnosis': [
    category('encounter-diagnosis', `${TERMINOLOGY}/condition-category`),
    needs('code'),
    needs('subject'),
    coded('code', CONDITION_SYSTEMS, 'SNOMED CT or ICD-10-CM'),
  ],
  medicationrequest: [
    needs('status'),
    needs('intent'),
    needs('medication'),
    needs('subject'),
    coded('medication.ofType(CodeableConcept)', [System.rxnorm], 'RxNorm'),
  ],
  procedure: [
    needs('status'),
    needs('code'),
    needs('subject'),
    rule(
      'us-core-7',
      'performed',
      "(status = 'completed' or status = 'in-progress') implies performed.exists()",
      'What was or is being done has its time',
    ),
    coded('code', PROCEDURE_SYSTEMS, 'SNOMED CT, CPT, HCPCS or ICD-10-PCS'),
  ],
  'observation-lab': [
    needs('status'),
    category('laboratory', `${TERMINOLOGY}/observation-category`),
    needs('code'),
    needs('subject'),
    coded('code', [System.loinc], 'LOINC'),
    rule(
      'us-core-1',
      'effective',
      'effective.ofType(dateTime).all($this.toString().length() >= 10)',
      'A time is given to the day at least',
    ),
    valueOrReason('us-core-2'),
    rule(
      'us-core-3',
      'value',
      `value.ofType(Quantity).code.empty() or value.ofType(Quantity).system = 'http://unitsofmeasure.org'`,
      'Coded units are of UCUM',
    ),
  ],
  'vital-signs': [
    needs('status'),
    category('vital-signs', `${TERMINOLOGY}/observation-category`),
    needs('code'),
    needs('subject'),
    needs('effective'),
    coded('code', [System.loinc], 'LOINC'),
    valueOrReason('vs-2'),
  ],
};

/** The address of a profile or extension of US Core by its short name. */
export function usCore(name: string): string {
  return CORE + name;
}

/** Every profile that we know, with its rules. */
export function knownProfiles(): { url: string; rules: ProfileRule[] }[] {
  return Object.entries(PROFILES).map(([name, rules]) => ({ url: CORE + name, rules }));
}

/** Releases of US Core that ask the same of these profiles, as far as the rules go; 8 and 9 changed the patient's sex. */
const JUDGED = /^[3-7]\./;

/**
 * The rules of the profile with the address; undefined where it is none that we know, "other release" where it is one in a
 * release of US Core whose rules we lack.
 */
export function profileRules(url: string): ProfileRule[] | 'other release' | undefined {
  const [bare, version] = url.split('|');
  const name = bare.slice(CORE.length);
  if (!bare.startsWith(CORE) || !Object.hasOwn(PROFILES, name)) return undefined;
  return version === undefined || JUDGED.test(version) ? PROFILES[name] : 'other release';
}

function rule(
  key: string,
  path: string,
  expression: string,
  human: string,
  severity: Severity = 'error',
  mend = `Make true: ${expression}`,
): ProfileRule {
  return { key, severity, path, expression, human, mend };
}

function needs(element: string): ProfileRule {
  return rule(
    `${element} 1..*`,
    element,
    `${element}.exists()`,
    `${element} must be there`,
    'error',
    'Add the element.',
  );
}

function every(element: string, part: string, severity?: Severity): ProfileRule {
  return rule(
    `${element}.${part} 1..1`,
    element,
    `${element}.all(${part}.exists())`,
    `Every ${element} must have its ${part}`,
    severity,
  );
}

function category(code: string, system: string): ProfileRule {
  const expression = `category.coding.where(system = '${system}' and code = '${code}').exists()`;
  return rule(`category ${code}`, 'category', expression, `One category must be ${code} of ${system}`);
}

/** An extensible binding: one of the codings is of a system from which the value set is drawn. */
function coded(element: string, systems: string[], names: string): ProfileRule {
  const path = element.replace('.ofType(CodeableConcept)', '[x]');
  const fits = systems.map((system) => `system = '${system}'`).join(' or ');
  const expression = `${element}.all(coding.exists(${fits}))`;
  return rule(
    `${path} binding`,
    path,
    expression,
    `A code of ${names} should stand there where one fits`,
    'warning',
    `Add a coding of ${names}, where you have one.`,
  );
}

function valueOrReason(key: string): ProfileRule {
  return rule(
    key,
    'value',
    '(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())',
    'There is a value, or the reason why it is missing',
  );
}

function within(codes: string[]): string {
  return `$this in (${codes.map((code) => `'${code}'`).join(' | ')})`;
}
