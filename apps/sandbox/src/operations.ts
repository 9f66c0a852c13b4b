import type { Parameters, Resource } from '@medplum/fhirtypes';
import type { Gate } from './gate.ts';
import type { Queries } from './queries.ts';
import { Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';
import { checkId, isType } from './target.ts';

/** An operation that is asked for: POST Patient/$validate with a resource. */
interface Asked {
  method: string;
  segments: string[];
  params: URLSearchParams;
  body: unknown;
  base: string;
}

/** Operations, by GET or by POST with Parameters. */
export class Operations {
  constructor(
    private readonly repository: Repository,
    private readonly queries: Queries,
    private readonly gate: Gate,
  ) {}

  /**
   * The answer of an operation; undefined where the address is of none that there is.
   * @throws Rejection where what it needs is missing or wrong
   */
  answer({ method, segments, params, body, base }: Asked): Resource | undefined {
    const name = segments.at(-1);
    const [type] = segments;
    if (!name?.startsWith('$') || !isType(type) || segments.length > 3) return undefined;
    if (name !== '$validate' && !['Patient $everything', 'DocumentReference $docref'].includes(`${type} ${name}`))
      return undefined;
    if (method !== 'GET' && method !== 'POST')
      throw Rejection.because(405, 'not-supported', `Operations are invoked with GET or POST`, {
        Allow: 'GET, POST',
      });
    if (segments.length === 3) checkId(segments[1]);
    const given = method === 'POST' ? withParameters(params, body) : params;
    if (name === '$everything') return this.queries.answer(segments, given, base, false);
    if (name === '$docref') return segments.length === 2 ? this.documents(given, base) : undefined;
    return this.validate(segments, given, method === 'POST' ? body : undefined);
  }

  /** @see https://hl7.org/fhir/R4/resource-operation-validate.html */
  private validate([type, id]: string[], params: URLSearchParams, body: unknown): Resource {
    const mode = params.get('mode');
    if (mode !== null && !['create', 'update', 'profile'].includes(mode))
      throw Rejection.because(400, 'not-supported', `mode=${mode} is not supported; create, update and profile are`);
    const given = isParameters(body) ? body.parameter?.find(({ name }) => name === 'resource')?.resource : body;
    const stored = id === '$validate' ? undefined : this.repository.peek(type, id);
    const resource = (given ?? structuredClone(stored)) as Resource | undefined;
    if (!resource?.resourceType)
      throw Rejection.because(
        id !== '$validate' && given === undefined ? 404 : 400,
        'required',
        id === '$validate' ? 'The request has no resource to validate' : `${type}/${id} does not exist`,
      );
    if (resource.resourceType !== type)
      throw Rejection.because(400, 'value', `The resource is not of the type in the URL, ${type}`);
    const profile = params.get('profile');
    if (profile === null) return this.gate.validate(resource);
    return this.gate.validate({
      ...resource,
      meta: { ...resource.meta, profile: [...new Set([...(resource.meta?.profile ?? []), profile])] },
    });
  }

  /** @see US Core 6.1, OperationDefinition docref: the documents of a patient, of all types and times where these are not said */
  private documents(params: URLSearchParams, base: string): Resource {
    const patient = params.get('patient');
    if (patient === null) throw Rejection.because(400, 'required', '$docref needs the parameter patient');
    const search = new URLSearchParams({ patient, status: 'current' });
    for (const [name, value] of params) {
      if (name === 'start') search.append('period', `ge${value}`);
      else if (name === 'end') search.append('period', `le${value}`);
      else if (name === 'type') search.append('type', value);
      else if (name === '_count' || name === '_offset') search.append(name, value);
      else if (name === 'on-demand' && value === 'false') continue;
      else if (name !== 'patient')
        throw Rejection.because(
          400,
          'not-supported',
          `$docref: ${name}=${value} is not supported: documents are not generated on demand`,
        );
    }
    return this.queries.answer(['DocumentReference'], search, base, false)!;
  }
}

function isParameters(body: unknown): body is Parameters {
  return Object(body).resourceType === 'Parameters';
}

/** The parameters of the address and of a body of Parameters together. */
function withParameters(params: URLSearchParams, body: unknown): URLSearchParams {
  const all = new URLSearchParams(params);
  if (!isParameters(body)) return all;
  for (const { name, ...rest } of body.parameter ?? []) {
    const [value] = Object.entries(rest).flatMap(([key, one]) => (key.startsWith('value') ? [one as unknown] : []));
    if (value === undefined) continue;
    const { system, code, coding } = Object(value) as {
      system?: string;
      code?: string;
      coding?: { system?: string; code?: string }[];
    };
    const token = coding?.[0] ?? (code === undefined ? undefined : { system, code });
    all.append(
      name!,
      token ? [token.system, token.code].filter((part) => part !== undefined).join('|') : String(value),
    );
  }
  return all;
}
