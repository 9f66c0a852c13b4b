import type { SearchParameter } from '@medplum/fhirtypes';

const EXTENSION = 'http://hl7.org/fhir/us/core/StructureDefinition';

/** Of R4's types, the parameters that US Core adds: [type, name in the guide, code, kind, where the values stand]. */
const ROWS = [
  ['CareTeam', 'careteam-role', 'role', 'token', 'CareTeam.participant.role'],
  [
    'Condition',
    'condition-asserted-date',
    'asserted-date',
    'date',
    `Condition.extension.where(url='http://hl7.org/fhir/StructureDefinition/condition-assertedDate').valueDateTime`,
  ],
  [
    'Encounter',
    'encounter-discharge-disposition',
    'discharge-disposition',
    'token',
    'Encounter.hospitalization.dischargeDisposition',
  ],
  ['Goal', 'goal-description', 'description', 'token', 'Goal.description'],
  [
    'Patient',
    'ethnicity',
    'ethnicity',
    'token',
    `Patient.extension.where(url='${EXTENSION}/us-core-ethnicity').extension.valueCoding`,
  ],
  [
    'Patient',
    'race',
    'race',
    'token',
    `Patient.extension.where(url='${EXTENSION}/us-core-race').extension.valueCoding`,
  ],
] as const;

/** @see US Core 6.1.0, search parameters */
export const US_CORE_PARAMETERS: SearchParameter[] = ROWS.map(([type, name, code, kind, expression]) => ({
  resourceType: 'SearchParameter',
  url: `http://hl7.org/fhir/us/core/SearchParameter/us-core-${name}`,
  name,
  status: 'active',
  description: name,
  code,
  base: [type],
  type: kind,
  expression,
}));
