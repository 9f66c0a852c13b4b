/** What a CapabilityStatement says of a server, as far as we ask. */
export class Capabilities {
  private types: Set<string> | undefined;

  /** Takes what is there; a statement of another shape says nothing. */
  read(statement: unknown): void {
    const { rest } = Object(statement) as { rest?: unknown };
    const types = list(rest)
      .flatMap((one) => list(Object(one).resource))
      .map((one) => Object(one).type as unknown)
      .filter((type) => typeof type === 'string');
    this.types = types.length > 0 ? new Set(types) : undefined;
  }

  /** Whether it lists the type; undefined where it lists none at all. */
  has(type: string): boolean | undefined {
    return this.types?.has(type);
  }
}

/** The release that a statement names (DSTU2's is called Conformance), or why there is none. */
export function versionIn(statement: unknown): { version: string } | { why: string } {
  const { resourceType, fhirVersion } = Object(statement) as Record<string, unknown>;
  if (resourceType !== 'CapabilityStatement' && resourceType !== 'Conformance')
    return { why: 'it has no CapabilityStatement' };
  return typeof fhirVersion === 'string'
    ? { version: fhirVersion.slice(0, 20) }
    : { why: 'its CapabilityStatement does not say of which version of FHIR it is' };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
