import { knownProfiles } from '@ehrsynth/fhir';
import type { Extension } from '@medplum/fhirtypes';
import { US_CORE_SEARCHES } from './searches.ts';

const COMBINATION = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination';

/** The combinations of parameters that US Core names for a type, all of which are answered. */
export function combinationsOf(type: string): Extension[] {
  const { shall = [], should = [] } = US_CORE_SEARCHES[type] ?? {};
  return [...shall, ...should]
    .map((search) => search.split('+'))
    .filter(({ length }) => length > 1)
    .map((names) => ({
      url: COMBINATION,
      extension: names.map((valueString) => ({ url: 'required', valueString })),
    }));
}

/** The profiles of US Core whose rules are checked before a resource of the type that claims one is let in. */
export function profilesOf(type: string): string[] {
  return knownProfiles().flatMap((profile) => (profile.type === type ? [profile.url] : []));
}
