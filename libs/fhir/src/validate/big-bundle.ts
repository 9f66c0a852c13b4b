import type { BigDocument, BigPart } from '../read/big-document.ts';
import type { Fault, Resource } from '../read/resources.ts';
import type { Report } from './finding.ts';

/** Parts that are checked as one bundle: enough that its own elements do not count, few enough for memory. */
const BATCH = 500;
/** Types whose first entry is a special one, which those of the other batches are not. */
const FIRST = new Set<unknown>(['document', 'message']);

/** The parts of a document many at a time; a fault where it cannot be read on. */
export async function* batchesOf(document: BigDocument): AsyncGenerator<BigPart[] | Fault> {
  let batch: BigPart[] = [];
  for await (const part of document.parts()) {
    const isNext = 'fault' in part || batch.length === BATCH || (batch[0] && part.list !== batch[0].list);
    if (isNext && batch.length > 0) {
      yield batch;
      batch = [];
    }
    if ('fault' in part) yield part;
    else batch.push(part);
  }
  if (batch.length > 0) yield batch;
}

/** A bundle, or parameters, that is checked batch by batch, as if each were one. */
export class BigBundle {
  /** What its requests change, over all batches. */
  readonly targets = new Map<string, number>();
  private readonly reported = new Set<string>();
  private readonly addresses = new Map<string, number>();

  constructor(
    private readonly header: Resource,
    private readonly report: Report,
  ) {}

  /** The batch as a resource of its own, and what reports its findings with the places of the whole. */
  part(parts: BigPart[]): { resource: Resource; report: Report } {
    const [{ list, index: first }] = parts;
    const { header } = this;
    const name = `${header.resourceType}.${list}[`;
    const resource = { ...header, [list]: parts.map(({ value }) => value) };
    if (first > 0 && FIRST.has(header.type)) resource.type = 'collection';
    const report: Report = (severity, rule, path, message, remedy) => {
      if (path.startsWith(name)) {
        const rest = path.slice(name.length);
        const end = rest.indexOf(']');
        const at = `${name}${Number(rest.slice(0, end)) + first}${rest.slice(end)}`;
        this.report(severity, rule, at, message, remedy);
      } else if (!this.reported.has(`${path} ${message}`)) {
        // Said of the document itself by each of its batches.
        this.reported.add(`${path} ${message}`);
        this.report(severity, rule, path, message, remedy);
      }
    };
    if (list === 'entry') this.checkAddresses(parts);
    return { resource, report };
  }

  /** Within a batch the invariant bdl-7 says it. @see FHIR R4, bundle, bdl-7 */
  private checkAddresses(parts: BigPart[]): void {
    const first = parts[0].index;
    for (const { value, index } of parts) {
      const { fullUrl, resource } = Object(value) as { fullUrl?: unknown; resource?: Resource };
      if (typeof fullUrl !== 'string') continue;
      const { versionId } = Object((resource as { meta?: unknown } | undefined)?.meta) as {
        versionId?: unknown;
      };
      const address = `${fullUrl} ${typeof versionId === 'string' ? versionId : ''}`;
      const before = this.addresses.get(address);
      if (before === undefined) this.addresses.set(address, index);
      else if (before < first) {
        const message = `The same fullUrl and version as entry ${before}: ${fullUrl}`;
        this.report('error', 'bundle', `Bundle.entry[${index}].fullUrl`, message, 'Leave one of the two out.');
      }
    }
  }
}
