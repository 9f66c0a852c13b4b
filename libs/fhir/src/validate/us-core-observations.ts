import { System } from '@ehrsynth/records';
import { category, coded, needs, type ProfileRule, rule, TERMINOLOGY, valueOrReason, within } from './us-core-rules.ts';
import { ALL, type Span } from './us-core-releases.ts';

const CATEGORY = `${TERMINOLOGY}/observation-category`;
const [FIRST, LAST] = ALL;
/** Of HL7's observation-category and of US Core's own system. */
const CATEGORIES = {
  [CATEGORY]: 'social-history vital-signs imaging laboratory procedure survey exam therapy activity',
  'http://hl7.org/fhir/us/core/CodeSystem/us-core-category':
    'sdoh functional-status disability-status cognitive-status treatment-intervention-preference care-experience-preference',
};

/** US Core's profiles of observations other than vital signs, by their short names, with the releases that have them. */
export const OBSERVATION_PROFILES: Record<string, { releases: Span; rules: ProfileRule[] }> = {
  'observation-lab': {
    releases: ALL,
    rules: [
      needs('status'),
      category('laboratory', CATEGORY),
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
        'Coded units must be in UCUM',
      ),
    ],
  },
  smokingstatus: {
    releases: ALL,
    rules: [
      rule(
        'status final',
        'status',
        `status.exists() and status.all(${within(['final', 'entered-in-error'])})`,
        'The status is final or entered-in-error',
      ),
      { ...category('social-history', CATEGORY), releases: [4, LAST] },
      needs('code'),
      needs('subject'),
      needs('issued', [FIRST, 3]),
      needs('effective', [4, LAST]),
      needs('value'),
      rule(
        'us-core-24',
        'value',
        `code.coding.exists(code = '72166-2' or code = '11367-0') implies value.all($this is CodeableConcept)`,
        'The value of a smoking status is a code',
      ),
    ],
  },
  'simple-observation': {
    releases: [6, LAST],
    rules: [
      needs('status'),
      rule(
        'category us-core',
        'category',
        `category.coding.exists(${Object.entries(CATEGORIES)
          .map(([system, codes]) => `(system = '${system}' and code in (${listed(codes)}))`)
          .join(' or ')})`,
        'One category is one that US Core has for simple observations',
      ),
      needs('code'),
      needs('subject'),
      valueOrReason('us-core-2'),
    ],
  },
};

function listed(codes: string): string {
  return codes
    .split(' ')
    .map((code) => `'${code}'`)
    .join(' | ');
}
