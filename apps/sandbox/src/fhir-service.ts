import './websocket.ts';
import { getStatus, normalizeOperationOutcome, OperationOutcomeError } from '@medplum/core';
import { FhirRouter } from '@medplum/fhir-router';
import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes';
import { conditional } from './conditional.ts';
import type { Gate } from './gate.ts';
import { Operations } from './operations.ts';
import { preferencesOf } from './prefer.ts';
import { Queries } from './queries.ts';
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

/** Answers FHIR's REST interactions; each write is finished before the next begins. */
export class FhirService {
  private readonly router = new FhirRouter();
  private readonly queries: Queries;
  private readonly operations: Operations;
  private last: Promise<unknown> = Promise.resolve();

  /** @param gate what is let in */
  constructor(
    private readonly repository: Repository,
    private readonly gate: Gate,
  ) {
    this.queries = new Queries(repository.index);
    this.operations = new Operations(repository, this.queries, gate);
  }

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
    const { segments, params } = targetOf(request.url);
    const { method, base } = request;
    const result = this.operations.answer({ method, segments, params, body, base });
    if (result) return { status: 200, body: result };
    if (method === 'GET') {
      const { isLenient } = preferencesOf(request.headers.prefer);
      const found = this.queries.answer(segments, params, base, isLenient);
      if (found) return { status: 200, body: found };
    }
    checkInteraction(segments);
    if (request.method === 'POST' && segments.length === 0) return this.bundle(body, request);
    if (request.method === 'POST' || request.method === 'PUT') {
      if (!body?.resourceType) throw Rejection.because(400, 'structure', 'The body is not a resource');
      this.gate.check(body);
    }
    return this.route(request);
  }

  private async bundle(body: Resource | undefined, request: FhirRequest): Promise<FhirAnswer> {
    if (body?.resourceType !== 'Bundle') throw Rejection.because(400, 'structure', 'The body is not a Bundle');
    checkEntries(body);
    if (body.type === 'batch') return { status: 200, body: await this.batch(body, request) };
    if (body.type !== 'transaction')
      throw Rejection.because(
        400,
        'value',
        `A Bundle of type ${body.type} cannot be posted here; batch and transaction can`,
      );
    this.gate.check(body);
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

  private async route(request: FhirRequest): Promise<FhirAnswer> {
    const { segments, params } = targetOf(request.url);
    if (request.method === 'GET') {
      const { status, body } = await this.ask(request, segments);
      return { status, body: body && status < 300 ? this.queries.shape(body, params) : body };
    }
    return this.repository.withTransaction(async () => {
      const { found, ...asked } = conditional(request, segments, params, this.repository);
      if (found) return { status: 200, body: found };
      const answer = await this.ask({ ...request, ...asked }, asked.segments);
      // What a patch makes is known only now; the transaction undoes it where it may not be.
      if (request.method === 'PATCH' && answer.status < 300 && answer.body) {
        if (patchesId(request.body))
          throw Rejection.because(422, 'business-rule', 'The id of a resource cannot be changed');
        this.gate.check(answer.body);
      }
      return answer;
    });
  }

  private async ask({ method, body, headers }: FhirRequest, segments: string[]): Promise<FhirAnswer> {
    const url = `/${segments.join('/')}`;
    const asked = { method: method as 'GET', url, pathname: '', body, params: {}, query: {}, headers };
    const [outcome, resource] = await this.router.handleRequest(asked, this.repository);
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
      `Bundle.entry[${wrong}] has no request, or lacks the resource that its method needs`,
    );
}

/** Whether a JSON Patch changes the id, or all of the resource with it. */
function patchesId(body: unknown): boolean {
  const paths = (step: unknown) => [Object(step).path, Object(step).from] as unknown[];
  return (
    Array.isArray(body) && body.flatMap(paths).some((path) => path === '' || path === '/id' || path === '/resourceType')
  );
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
