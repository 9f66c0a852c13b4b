// eslint-disable-next-line @typescript-eslint/no-explicit-any -- input that is not known to be FHIR yet
export type Resource = Record<string, any> & { resourceType: string };

/** What is wrong with a part of the input; the reading goes on after it. */
export interface Fault {
  fault: string;
  where: string;
  detail?: string;
  /** FHIRPath of the element at fault. */
  path?: string;
  /** The file could not be read to its end. */
  file?: boolean;
  /** What is less than a fault: worth knowing, or a file that is not read at all. */
  kind?: 'note' | 'file not read' | 'file without FHIR';
}

export function isResource(value: unknown): value is Resource {
  return typeof (value as Partial<Resource> | null | undefined)?.resourceType === 'string';
}

/** What follows the last slash or colon of an address. */
export function lastPart(url: string): string {
  return url.replace(/^.*[:/]/, '');
}
