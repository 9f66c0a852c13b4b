import type { OperationOutcome } from 'fhir/r4.js';
import { outcomeIn, textsOf } from '../server/outcome-text.ts';
import type { Found } from './found.ts';
import { type Fault, isResource } from './resources.ts';
import { unbundle } from './unbundle.ts';

/** Bundles within Bundles: the answer to a batch of searches has two, and nothing has so many. */
const DEEPEST = 50;
/** Issues of these severities are reported as errors. */
const GRAVE = new Set(['fatal', 'error']);

interface Parameter {
  name?: unknown;
  resource?: unknown;
  part?: unknown;
}

/** True for a resource that holds no others, and is no report of an error: nearly all that there are. */
export function isPlain({ resource: { resourceType } }: Found): boolean {
  return resourceType !== 'Bundle' && resourceType !== 'Parameters' && resourceType !== 'OperationOutcome';
}

/**
 * The resources of a document, each for itself, with those that it says were deleted: those of a Bundle (and of the Bundles in it, as in the answer to a batch), of
 * Parameters, and what an entry's response says. An OperationOutcome that reports an error is a note as well.
 * @see FHIR R4, http, "Batch/Transaction"; parameters
 */
export function* resourcesIn(found: Found, depth = 0): Generator<Found | Fault> {
  const { resource, where, folder } = found;
  const isContainer = resource.resourceType === 'Bundle' || resource.resourceType === 'Parameters';
  if (!isContainer) {
    yield found;
    yield* errorsIn(found);
  } else if (depth > DEEPEST) yield { fault: `Bundles nested deeper than ${DEEPEST}`, where };
  else if (resource.resourceType === 'Bundle') {
    for (const part of unbundle(found, { deletions: true })) {
      if ('fault' in part) yield part;
      else if (part.deleted) yield folder ? { ...part, folder } : part;
      else yield* resourcesIn(folder ? { ...part, folder } : part, depth + 1);
    }
    const misshapen = notAList(resource, 'entry', where);
    if (misshapen) yield misshapen;
    for (const [i, entry] of listOf(resource.entry).entries())
      yield* responseOf(entry, { ...found, where: `${where}, entry ${i}` });
  } else yield* parametersOf(found, depth);
}

/** What the answer to an entry reports beside its resource. */
export function* responseOf(
  entry: unknown,
  { where, folder }: Pick<Found, 'where' | 'folder'>,
): Generator<Found | Fault> {
  const { response } = Object(entry) as { response?: { status?: unknown; outcome?: unknown } };
  if (typeof response !== 'object' || response === null) return;
  const { outcome, status } = response;
  if (isResource(outcome))
    yield* resourcesIn({ resource: outcome, where: `${where}, response`, ...(folder && { folder }) });
  else if (typeof status === 'string' && parseInt(status) >= 400)
    yield { fault: ERROR, where: `${where}, response`, detail: status, kind: 'note' };
}

function* parametersOf(found: Found, depth: number): Generator<Found | Fault> {
  const misshapen = notAList(found.resource, 'parameter', found.where);
  if (misshapen) {
    yield misshapen;
    return;
  }
  let count = 0;
  for (const [name, value] of resourcesOfParameters(found.resource.parameter, 'parameter', 0)) {
    count++;
    yield* resourcesIn({ ...found, resource: value, where: `${found.where}, ${name}` }, depth + 1);
  }
  if (count === 0) yield found;
}

/** The resources of parameters and their parts, with their places: parameter 0, part 1. */
export function* resourcesOfParameters(
  list: unknown,
  label: string,
  depth: number,
): Generator<[string, Found['resource']]> {
  if (depth > DEEPEST) return;
  for (const [i, one] of listOf(list).entries()) {
    const { resource, part } = Object(one) as Parameter;
    const name = `${label} ${i}`;
    if (isResource(resource)) yield [name, resource];
    yield* resourcesOfParameters(part, `${name}, part`, depth + 1);
  }
}

const ERROR = 'error that the source reports';

function* errorsIn({ resource, where, folder }: Found): Generator<Fault> {
  const outcome = resource.resourceType === 'OperationOutcome' ? outcomeIn(resource) : undefined;
  if (!outcome) return;
  const issue = outcome.issue.filter(({ severity }) => folder === 'error' || GRAVE.has(severity));
  if (issue.length === 0) return;
  const fault = folder === 'error' ? 'error of the export' : ERROR;
  yield { fault, where, detail: textsOf({ ...outcome, issue } as OperationOutcome), kind: 'note' };
}

/** Nothing of what should be a list is read. */
function notAList(resource: Found['resource'], name: string, where: string): Fault | undefined {
  const value = resource[name] as unknown;
  if (value === undefined || value === null || Array.isArray(value)) return undefined;
  const path = `${resource.resourceType}.${name}`;
  return { fault: 'wrong shape', where, detail: `${path} must be a list`, path };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
