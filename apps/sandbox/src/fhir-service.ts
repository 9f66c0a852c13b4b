import './websocket.ts';
import { badRequest, getStatus, normalizeOperationOutcome, OperationOutcomeError } from '@medplum/core';
import { FhirRouter } from '@medplum/fhir-router';
import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { Gate } from './gate.ts';
import { Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';
import { checkInteraction, targetOf } from './target.ts';
import { processTransaction } from './transaction.ts';

export interface FhirRequest {
  method: string;
  /** Under the base: Patient/1?x=y. */
  url: string;
  body?: unknown;
  headers: Record<string, string | undefined>;
  /** Address of the server as the client knows it: http://127.0.0.1:8080/fhir */
  base: string;
}

export interface FhirAnswer {
  status: number;
  body?: Resource;
}

/** Resources to a page, where the request does not say. */
const PAGE = 100;
const LARGEST_PAGE = 1000;

/** Answers FHIR's REST interactions; each write is finished before the next begins. */
export class FhirService {
  private readonly router = new FhirRouter();
  private last: Promise<unknown> = Promise.resolve();

  /** @param gate what is let in; undefined for everything */
  constructor(
    private readonly repository: Repository,
    private readonly gate: Gate | undefined,
  ) {}

  async answer(request: FhirRequest): Promise<FhirAnswer> {
    try {
      return await (request.method === 'GET' ? this.process(request) : this.alone(() => this.process(request)));
    } catch (error) {
      if (error instanceof Rejection) return { status: error.status, body: error.outcome };
      if (error instanceof OperationOutcomeError) return fromOutcome(error.outcome);
      return { status: 500, body: normalizeOperationOutcome(error) };
    }
  }

  private async process(request: FhirRequest): Promise<FhirAnswer> {
    const body = request.body as Resource | undefined;
    const { segments } = targetOf(request.url);
    checkInteraction(segments);
    if (request.method === 'POST' && segments.length === 0) return this.bundle(body, request);
    if (request.method === 'POST' || request.method === 'PUT') {
      if (!body?.resourceType) throw Rejection.because(400, 'structure', 'The body is not a resource');
      this.gate?.check(body);
    }
    return this.route(request);
  }

  private async bundle(body: Resource | undefined, request: FhirRequest): Promise<FhirAnswer> {
    if (body?.resourceType !== 'Bundle') throw Rejection.because(400, 'structure', 'Not a Bundle');
    checkEntries(body);
    if (body.type === 'batch') return { status: 200, body: await this.batch(body, request) };
    if (body.type !== 'transaction')
      throw Rejection.because(400, 'value', `A Bundle of type ${body.type} is no request`);
    this.gate?.check(body);
    return { status: 200, body: await processTransaction(body, this.repository) };
  }

  /** Every entry for itself, as if it had come alone. */
  private async batch(bundle: Bundle, { headers, base }: FhirRequest): Promise<Bundle> {
    const entry: BundleEntry[] = [];
    for (const { request, resource } of bundle.entry ?? []) {
      const { method = '', url = '', ifNoneExist, ifMatch } = request ?? {};
      const own = { ...headers, 'if-none-exist': ifNoneExist, 'if-match': ifMatch };
      const answer = await this.process({ method, url, body: resource, headers: own, base }).catch((error) => {
        if (error instanceof Rejection) return { status: error.status, body: error.outcome };
        return fromOutcome(normalizeOperationOutcome(error));
      });
      entry.push(toEntry(answer, method));
    }
    return { resourceType: 'Bundle', type: 'batch-response', entry };
  }

  private async route({ method, url, body, headers, base }: FhirRequest): Promise<FhirAnswer> {
    const { segments, params } = targetOf(url);
    for (const name of OF_FORMAT) params.delete(name);
    const page = method === 'GET' && segments.length <= 1 ? pageOf(params) : undefined;
    const query: Record<string, string | string[]> = {};
    for (const name of new Set(params.keys())) {
      const values = params.getAll(name);
      query[name] = values.length > 1 ? values : values[0];
    }
    const pathname = `/${segments.join('/')}`;
    const path = `${pathname}${params.size > 0 ? `?${params}` : ''}`;
    const ask = () =>
      this.router.handleRequest(
        { method: method as 'GET', url: path, pathname: '', body, params: {}, query, headers },
        this.repository,
      );
    if (method === 'GET') {
      const [outcome, resource] = await ask();
      if (page && resource?.resourceType === 'Bundle')
        return { status: 200, body: linked(resource, `${base}${pathname}`, params, page, base) };
      return { status: getStatus(outcome), body: resource ?? outcome };
    }
    const [outcome, resource] = await this.repository.withTransaction(async () => {
      const answer = await ask();
      // What a patch makes is known only now; the transaction undoes it where it may not be.
      if (method === 'PATCH' && answer[1]) {
        if (patchesId(body)) throw Rejection.because(422, 'business-rule', 'The id of a resource stays as it is');
        this.gate?.check(answer[1]);
      }
      return answer;
    });
    return { status: getStatus(outcome), body: resource ?? outcome };
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }
}

/** What is taken apart before the validator has seen it. @throws Rejection (400) where an entry is not one */
function checkEntries({ entry = [] }: Bundle): void {
  const isEntry = (one: unknown) => {
    const { request, resource } = Object(one) as BundleEntry;
    return typeof request?.url === 'string' && (resource === undefined || typeof resource?.resourceType === 'string');
  };
  const wrong = Array.isArray(entry) ? entry.findIndex((one) => !isEntry(one)) : 0;
  if (wrong >= 0)
    throw Rejection.because(
      400,
      'structure',
      `Bundle.entry[${wrong}] has no request, or no resource where one is to be`,
    );
}

/** Whether a JSON Patch changes the id, or all of the resource with it. */
function patchesId(body: unknown): boolean {
  const paths = (step: unknown) => [Object(step).path, Object(step).from] as unknown[];
  return (
    Array.isArray(body) && body.flatMap(paths).some((path) => path === '' || path === '/id' || path === '/resourceType')
  );
}

/** Parameters of the answer's form, which is JSON whatever they say. */
const OF_FORMAT = ['_format', '_pretty'];

/** The page with its addresses and that of the next. */
function linked(bundle: Bundle, path: string, params: URLSearchParams, { offset, count }: Page, base: string): Bundle {
  const address = (from: number) => {
    const next = new URLSearchParams(params);
    next.set('_offset', String(from));
    return `${path}?${next}`;
  };
  const link = [{ relation: 'self', url: address(offset) }];
  if (offset + count < (bundle.total ?? 0)) link.push({ relation: 'next', url: address(offset + count) });
  const entry = bundle.entry?.map((item) => ({
    fullUrl: `${base}/${item.resource!.resourceType}/${item.resource!.id}`,
    ...item,
  }));
  return { ...bundle, link, ...(entry && { entry }) };
}

interface Page {
  offset: number;
  count: number;
}

function pageOf(params: URLSearchParams): Page {
  const asked = Number(params.get('_count') ?? PAGE);
  if (!Number.isInteger(asked) || asked < 0) throw new OperationOutcomeError(badRequest('_count is not a number'));
  const count = Math.min(asked, LARGEST_PAGE);
  params.set('_count', String(count));
  const offset = Number(params.get('_offset') ?? 0);
  if (!Number.isInteger(offset) || offset < 0) throw new OperationOutcomeError(badRequest('_offset is not a number'));
  return { offset, count };
}

function fromOutcome(outcome: OperationOutcome): FhirAnswer {
  return { status: getStatus(outcome), body: outcome };
}

function toEntry({ status, body }: FhirAnswer, method: string): BundleEntry {
  if (status >= 400) return { response: { status: String(status), outcome: body as OperationOutcome } };
  const { resourceType, id, meta } = body as Resource;
  if (method === 'GET' || !meta?.versionId) return { resource: body, response: { status: String(status) } };
  return {
    response: {
      status: String(status),
      location: `${resourceType}/${id}/_history/${meta.versionId}`,
      etag: `W/"${meta.versionId}"`,
      lastModified: meta.lastUpdated,
    },
  };
}
