import './websocket.ts';
import { globalSchema } from '@medplum/core';
import type { CapabilityStatement } from '@medplum/fhirtypes';

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

/** What the server can do: every resource type of R4, and the search parameters that it knows. */
export function capabilityStatement(base: string, version: string): CapabilityStatement {
  const types = Object.entries(globalSchema.types).filter(([, type]) => type.searchParams?._id);
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
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        operation: [{ name: 'export', definition: 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export' }],
        resource: types.map(([type, { searchParams = {} }]) => ({
          type: type as 'Patient',
          interaction: INTERACTIONS.map((code) => ({ code })),
          versioning: 'versioned',
          conditionalCreate: true,
          conditionalUpdate: true,
          conditionalDelete: 'single',
          searchParam: Object.values(searchParams).map(({ code, type: kind }) => ({
            name: code,
            type: kind,
          })),
        })),
      },
    ],
  };
}
