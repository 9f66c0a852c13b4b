import type { CapabilityStatement } from '@medplum/fhirtypes';
import { loadDefinitions } from './definitions.ts';
import { parametersOf } from './search/parameters.ts';
import { smartSecurity } from './smart/configuration.ts';
import { BASE_PATH, isType } from './target.ts';
import { combinationsOf, profilesOf } from './us-core/capability.ts';

const INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'create',
  'search-type',
] as const;
/** R4's own names of operations. */
const OPERATION = 'http://hl7.org/fhir/OperationDefinition';
const DOCREF = 'http://hl7.org/fhir/us/core/OperationDefinition/docref';

/**
 * What the server can do: every resource type of R4, its profiles of US Core, the search parameters that it knows, and US
 * Core's combinations of them.
 * @param isSmart apps are launched, by a stand-in
 */
export function capabilityStatement(base: string, version: string, isSmart: boolean): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: new Date().toISOString(),
    kind: 'instance',
    software: { name: 'ehrsynth sandbox', version },
    implementation: { description: 'A FHIR R4 server for trying exports', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    instantiates: ['http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data'],
    rest: [
      {
        mode: 'server',
        security: { cors: true, ...(isSmart && smartSecurity(base.slice(0, -BASE_PATH.length))) },
        interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'search-system' }],
        compartment: ['http://hl7.org/fhir/CompartmentDefinition/patient'],
        operation: [{ name: 'export', definition: 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export' }],
        resource: resourceTypes().map((type) => resource(type)),
      },
    ],
  };
}

function resource(type: string) {
  const parameters = [...parametersOf(type).values()];
  const references = parameters.filter(({ kind }) => kind === 'reference');
  const referring = referringTo().get(type) ?? [];
  const combinations = combinationsOf(type);
  const profiles = profilesOf(type);
  return {
    ...(combinations.length > 0 && { extension: combinations }),
    type: type as 'Patient',
    ...(profiles.length > 0 && { supportedProfile: profiles }),
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned' as const,
    updateCreate: true,
    conditionalCreate: true,
    conditionalUpdate: true,
    conditionalDelete: 'single' as const,
    searchInclude: ['*', ...references.map(({ code }) => `${type}:${code}`)],
    ...(referring.length > 0 && { searchRevInclude: referring }),
    searchParam: parameters.map(({ code, kind, url }) => ({ name: code, type: kind, definition: url })),
    operation: [
      { name: 'validate', definition: `${OPERATION}/Resource-validate` },
      ...(type === 'Patient' ? [{ name: 'everything', definition: `${OPERATION}/Patient-everything` }] : []),
      ...(type === 'DocumentReference' ? [{ name: 'docref', definition: DOCREF }] : []),
    ],
  };
}

function resourceTypes(): string[] {
  return [...loadDefinitions().elements.keys()].filter((path) => !path.includes('.') && isType(path));
}

let referring: Map<string, string[]> | undefined;

/** For each type, the reference parameters of others that may point to it: Observation:patient. */
function referringTo(): Map<string, string[]> {
  if (referring) return referring;
  referring = new Map();
  for (const type of resourceTypes()) {
    for (const { kind, code, targets } of parametersOf(type).values()) {
      if (kind !== 'reference') continue;
      for (const target of targets) referring.set(target, [...(referring.get(target) ?? []), `${type}:${code}`]);
    }
  }
  return referring;
}
