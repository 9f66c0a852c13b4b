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

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
