/** Every `reference` in a resource, at any depth. */
export function referencesIn(value: unknown): string[] {
  const found: string[] = [];
  mapReferences(value, (reference) => {
    found.push(reference);
    return reference;
  });
  return found;
}

/** The resource with each `reference` replaced by what the function gives for it. */
export function mapReferences<T>(value: T, replace: (reference: string) => string): T {
  if (Array.isArray(value)) return value.map((item) => mapReferences(item as unknown, replace)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    key === 'reference' && typeof inner === 'string' ? replace(inner) : mapReferences(inner as unknown, replace),
  ]);
  return Object.fromEntries(entries) as T;
}
