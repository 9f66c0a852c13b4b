import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import { Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';
import { checkId, isType } from './target.ts';

type Method = 'DELETE' | 'POST' | 'PUT';
/** R4's order of processing. @see FHIR R4, http, "Transaction Processing Rules" */
const ORDER: Method[] = ['DELETE', 'POST', 'PUT'];

interface Step {
  index: number;
  method: Method;
  type: string;
  id: string;
  resource?: Resource;
  /** A conditional create that found what it would have created. */
  exists?: boolean;
}

/**
 * Processes a transaction: all of it or nothing. Conditional creates, updates and references are resolved first; the
 * entries then refer to each other by type and id. Writes must not run beside it.
 * @throws Rejection where an entry cannot be processed
 */
export async function processTransaction(bundle: Bundle, repository: Repository): Promise<Bundle> {
  const entries = bundle.entry ?? [];
  const steps = entries.map((entry, index) => toStep(entry, index, repository));
  const addresses = new Map<string, string>();
  for (const { index, type, id } of steps) {
    const { fullUrl } = entries[index];
    if (fullUrl) addresses.set(fullUrl, `${type}/${id}`);
  }
  const response: BundleEntry[] = [];
  await repository.withTransaction(async () => {
    for (const method of ORDER) {
      for (const step of steps) {
        if (step.method === method) response[step.index] = await run(step, addresses, repository);
      }
    }
  });
  return { resourceType: 'Bundle', type: 'transaction-response', entry: response };
}

function toStep({ request, resource }: BundleEntry, index: number, repository: Repository): Step {
  const { method = '', url = '', ifNoneExist } = request ?? {};
  const refuse = (text: string, status = 400) => {
    throw Rejection.because(status, 'processing', `Bundle.entry[${index}]: ${text}`);
  };
  const [path, query] = url.split('?');
  const [type, id, ...more] = path.split('/');
  if (!isType(type) || more.length > 0) refuse(`${JSON.stringify(url)} is not the URL of a resource`);
  if (id !== undefined) checkId(id);
  if ((method === 'POST' || method === 'PUT') && resource?.resourceType !== type)
    refuse(`The resource is not of the type in the URL, ${type}`);
  const match = (search: string): string | undefined => {
    const found = repository.matching(type, new URLSearchParams(search));
    if (found.length > 1) refuse(`${found.length} resources match ${type}?${search}`, 412);
    return found[0];
  };
  switch (method) {
    case 'POST': {
      const existing = ifNoneExist && match(ifNoneExist);
      return { index, method, type, id: existing || repository.generateId(), resource, exists: !!existing };
    }
    case 'PUT':
      return { index, method, type, id: id ?? match(query) ?? repository.generateId(), resource };
    case 'DELETE':
      return { index, method, type, id: id ?? match(query) ?? '' };
    default:
      return refuse(`${method} is not supported in a transaction here`) as never;
  }
}

async function run(
  { index, method, type, id, resource, exists }: Step,
  addresses: Map<string, string>,
  repository: Repository,
): Promise<BundleEntry> {
  if (method === 'DELETE') {
    if (repository.peek(type, id)) await repository.deleteResource(type, id);
    return { response: { status: '204' } };
  }
  if (exists) return answer('200', repository.peek(type, id)!);
  const resolved = withAddresses({ ...resource!, id }, addresses, `Bundle.entry[${index}]`, repository) as Resource;
  const before = repository.peek(type, id);
  const stored = await repository.createResource(resolved, { assignedId: true }, before !== undefined);
  return answer(before ? '200' : '201', stored);
}

function answer(status: string, { resourceType, id, meta }: Resource): BundleEntry {
  const { versionId, lastUpdated } = meta!;
  const location = `${resourceType}/${id}/_history/${versionId}`;
  return { response: { status, location, etag: `W/"${versionId}"`, lastModified: lastUpdated } };
}

/** The value with every address of an entry replaced by its type and id, and conditional references by what they match. */
function withAddresses(value: unknown, addresses: Map<string, string>, place: string, repository: Repository): unknown {
  if (typeof value === 'string') return addresses.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withAddresses(item, addresses, place, repository));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    key === 'reference' && typeof inner === 'string' && /^[A-Z]\w+\?/.test(inner)
      ? matched(inner, place, repository)
      : withAddresses(inner, addresses, place, repository),
  ]);
  return Object.fromEntries(entries);
}

function matched(search: string, place: string, repository: Repository): string {
  const [type, query] = search.split(/\?(.*)/s);
  if (!isType(type)) throw Rejection.because(400, 'value', `${place}: unknown resource type ${type}`);
  const found = repository.matching(type, new URLSearchParams(query));
  if (found.length === 1) return `${type}/${found[0]}`;
  throw Rejection.because(412, 'processing', `${place}: ${found.length} resources match ${search}`);
}
