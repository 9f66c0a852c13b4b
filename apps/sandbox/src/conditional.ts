import type { Resource } from '@medplum/fhirtypes';
import { outcomeOf, Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';

interface Write {
  method: string;
  body?: unknown;
  headers: Record<string, string | undefined>;
}

/** A write on the resource that it is about. */
interface Resolved extends Write {
  segments: string[];
  /** The answer, where nothing is to be done: what a conditional create would have created, and is there. */
  found?: Resource;
}

/**
 * A conditional create, update, patch or delete as one of the resource that its condition finds; any other write as it is.
 * @throws Rejection: 412 where several are found, 404 where none is to patch, 400 where the condition is not understood
 * @see https://hl7.org/fhir/R4/http.html#cond-update
 */
export function conditional(
  { method, body, headers }: Write,
  segments: string[],
  params: URLSearchParams,
  repository: Repository,
): Resolved {
  const [type, id] = segments;
  const { 'if-none-exist': ifNoneExist, ...others } = headers;
  const asIs = { method, segments, body, headers: others };
  if (method === 'POST') {
    const existing = ifNoneExist && only(type, new URLSearchParams(ifNoneExist), repository);
    return existing ? { ...asIs, found: structuredClone(repository.peek(type, existing)) } : asIs;
  }
  if (id !== undefined) return asIs;
  const existing = only(type, params, repository);
  if (existing !== undefined && method === 'PUT') {
    const own = (body as Resource).id;
    if (own !== undefined && own !== existing)
      throw Rejection.because(
        400,
        'value',
        `The condition matches ${type}/${existing}, but the body has the id ${own}`,
      );
    return { ...asIs, segments: [type, existing], body: { ...(body as Resource), id: existing } };
  }
  if (existing !== undefined) return { ...asIs, segments: [type, existing] };
  if (method === 'DELETE')
    return { ...asIs, found: outcomeOf('information', 'informational', `No ${type} matched the condition`) };
  if (method !== 'PUT') throw Rejection.because(404, 'not-found', `No ${type} matches the condition`);
  const given = (body as Resource).id;
  return given === undefined ? { ...asIs, method: 'POST' } : { ...asIs, segments: [type, given] };
}

function only(type: string, condition: URLSearchParams, repository: Repository): string | undefined {
  const found = repository.matching(type, condition);
  if (found.length > 1)
    throw Rejection.because(412, 'multiple-matches', `${found.length} resources match the condition`);
  return found[0];
}
