/** What a client would like, as far as the sandbox can do it. @see RFC 7240; FHIR R4, http, "Prefer" */
export interface Preferences {
  /** respond-async */
  isAsync: boolean;
  /** What the answer to a write has. */
  return?: 'minimal' | 'representation' | 'OperationOutcome';
  /** handling=lenient: what a search asks for and is not supported is left out, and said. */
  isLenient: boolean;
}

const RETURNS = ['minimal', 'representation', 'OperationOutcome'] as const;

/**
 * The preferences of a request. Several headers, and several preferences in one (after commas or, as many clients write them,
 * semicolons), are the same; the first of a name counts, and what is unknown is left out.
 */
export function preferencesOf(header: string | string[] | undefined): Preferences {
  const asked = new Map<string, string>();
  for (const part of [header ?? []].flat().join(',').split(/[,;]/)) {
    const [name, value = ''] = part.split('=').map((word) => word.trim().replace(/^"(.*)"$/, '$1'));
    const key = name.toLowerCase();
    if (!asked.has(key)) asked.set(key, value);
  }
  const wanted = asked.get('return')?.toLowerCase();
  return {
    isAsync: asked.has('respond-async'),
    isLenient: asked.get('handling')?.toLowerCase() === 'lenient',
    return: RETURNS.find((name) => name.toLowerCase() === wanted),
  };
}
