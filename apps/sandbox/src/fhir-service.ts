import './websocket.ts';
import { badRequest, getStatus, normalizeOperationOutcome, OperationOutcomeError } from '@medplum/core';
import { FhirRouter } from '@medplum/fhir-router';
import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { Gate } from './gate.ts';
import { Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';
import { processTransaction } from './transaction.ts';

export interface FhirRequest {
  method: string;
  /** Under the base: Patient/1?x=y. */
  url: string;
  body?: unknown;
  headers: Record<string, string | undefined>;
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
    private readonly base: string,
  ) {}

  async answer(request: FhirRequest): Promise<FhirAnswer> {
    try {
      return await (isRead(request) ? this.process(request) : this.alone(() => this.process(request)));
    } catch (error) {
      if (error instanceof Rejection) return { status: error.status, body: error.outcome };
      if (error instanceof OperationOutcomeError) return fromOutcome(error.outcome);
      return { status: 500, body: normalizeOperationOutcome(error) };
    }
  }

  private async process(request: FhirRequest): Promise<FhirAnswer> {
    const body = request.body as Resource | undefined;
    if (request.method === 'POST' && /^(\?|$)/.test(request.url)) return this.bundle(body, request);
    const isWrite = request.method === 'POST' || request.method === 'PUT';
    if (isWrite && !isOperation(request.url)) {
      if (!body?.resourceType) throw Rejection.because(400, 'structure', 'The body is not a resource');
      this.gate?.check(body);
    }
    return this.route(request);
  }

  private async bundle(body: Resource | undefined, request: FhirRequest): Promise<FhirAnswer> {
    if (body?.resourceType !== 'Bundle') throw Rejection.because(400, 'structure', 'Not a Bundle');
    if (body.type === 'batch') return { status: 200, body: await this.batch(body, request) };
    if (body.type !== 'transaction')
      throw Rejection.because(400, 'value', `A Bundle of type ${body.type} is no request`);
    this.gate?.check(body);
    return { status: 200, body: await processTransaction(body, this.repository) };
  }

  /** Every entry for itself, as if it had come alone. */
  private async batch(bundle: Bundle, { headers }: FhirRequest): Promise<Bundle> {
    const entry: BundleEntry[] = [];
    for (const { request, resource } of bundle.entry ?? []) {
      const { method = '', url = '', ifNoneExist, ifMatch } = request ?? {};
      const own = { ...headers, 'if-none-exist': ifNoneExist, 'if-match': ifMatch };
      const answer = await this.process({ method, url, body: resource, headers: own }).catch((error) => {
        if (error instanceof Rejection) return { status: error.status, body: error.outcome };
        return fromOutcome(normalizeOperationOutcome(error));
      });
      entry.push(toEntry(answer, method));
    }
    return { resourceType: 'Bundle', type: 'batch-response', entry };
  }

  private async route({ method, url, body, headers }: FhirRequest): Promise<FhirAnswer> {
    const { pathname, searchParams } = new URL(url, 'http://sandbox/');
    const isSearch = method === 'GET' && !pathname.slice(1).includes('/');
    const page = isSearch ? pageOf(searchParams) : undefined;
    const query: Record<string, string | string[]> = {};
    for (const name of new Set(searchParams.keys())) {
      const values = searchParams.getAll(name);
      query[name] = values.length > 1 ? values : values[0];
    }
    const path = `${pathname}${searchParams.size > 0 ? `?${searchParams}` : ''}`;
    const before = method === 'PATCH' ? this.stored(pathname) : undefined;
    const [outcome, resource] = await this.repository.withTransaction(async () => {
      const answer = await this.router.handleRequest(
        { method: method as 'GET', url: path, pathname: '', body, params: {}, query, headers },
        this.repository,
      );
      // What a patch makes is known only now; the transaction undoes it where it may not be.
      if (before) this.gate?.check(answer[1] as Resource);
      return answer;
    });
    if (page && resource?.resourceType === 'Bundle')
      return { status: 200, body: this.linked(resource, pathname, searchParams, page) };
    return { status: getStatus(outcome), body: resource ?? outcome };
  }

  private stored(pathname: string): Resource | undefined {
    const [type, id] = pathname.slice(1).split('/');
    return this.repository.peek(type, id);
  }

  /** The page with its addresses and that of the next. */
  private linked(bundle: Bundle, pathname: string, params: URLSearchParams, { offset, count }: Page): Bundle {
    const address = (from: number) => {
      const next = new URLSearchParams(params);
      next.set('_offset', String(from));
      return `${this.base}${pathname}?${next}`;
    };
    const link = [{ relation: 'self', url: address(offset) }];
    if (offset + count < (bundle.total ?? 0)) link.push({ relation: 'next', url: address(offset + count) });
    const entry = bundle.entry?.map((item) => ({
      fullUrl: `${this.base}/${item.resource!.resourceType}/${item.resource!.id}`,
      ...item,
    }));
    return { ...bundle, link, ...(entry && { entry }) };
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }
}

interface Page {
  offset: number;
  count: number;
}

function pageOf(params: URLSearchParams): Page {
  const asked = Number(params.get('_count') ?? PAGE);
  if (!Number.isInteger(asked) || asked < 0)
    throw new OperationOutcomeError(badRequest('_count is not a number'));
  const count = Math.min(asked, LARGEST_PAGE);
  params.set('_count', String(count));
  return { offset: Number(params.get('_offset') ?? 0), count };
}

function isRead({ method, url }: FhirRequest): boolean {
  return method === 'GET' || url.includes('/_search');
}

function isOperation(url: string): boolean {
  return url.includes('/_search') || url.includes('$');
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
