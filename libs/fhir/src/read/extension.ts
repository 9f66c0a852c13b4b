import type { Resource } from './resources.ts';

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';

/** The extension of US Core with this name. */
export function extension(resource: Resource, name: string): Resource | undefined {
  const all = (resource.extension ?? []) as Resource[];
  return all.find((entry) => entry.url === US_CORE + name);
}

/** OMB's category in a race or ethnicity extension. */
export function ombCategory(resource: Resource, name: string): string | undefined {
  const parts = (extension(resource, name)?.extension ?? []) as Resource[];
  return parts.find((part) => part.url === 'ombCategory')?.valueCoding?.code;
}
