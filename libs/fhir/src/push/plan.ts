import { relative } from 'node:path';
import type { BundleEntryRequest } from 'fhir/r4.js';
import { type ReadLimits, Spill } from '@ehrsynth/io';
import { ownKey, patientOf, resolve } from '../read/references.ts';
import { readDocuments } from '../read/read-resources.ts';
import type { Found } from '../read/found.ts';
import type { Fault, Resource } from '../read/resources.ts';
import { unbundle } from '../read/unbundle.ts';
import { releaseSign, releaseSignIn } from '../read/version.ts';
import { resourcesToSend } from './big-bundle.ts';
import { type Item, tagged, toItem } from './item.ts';
import { levels } from './order.ts';
import { SHARED } from './receipt.ts';
import { referencesIn } from './references.ts';
import { SENDABLE } from './sendable.ts';

/** What is sent together: the bundles of one unit go one after the other, those of different units beside each other. */
export interface Unit {
  /** The same from run to run. */
  name: string;
  /** In the order in which they must be sent. */
  bundles: Item[][];
  /** Whether the entries of a bundle refer to each other, so that it must be a transaction. */
  whole: boolean;
  /** Later units may refer to what it creates. */
  shared?: boolean;
}

export interface PlanOptions {
  /** As transactions, or as batches whose entries do not refer to each other. */
  as: 'transaction' | 'batch';
  /** Entries of a bundle put together here. */
  size: number;
  limits?: ReadLimits;
  /** Where what does not fit into memory is put, as plain text; by default the system's folder for temporary files. */
  workFolder?: string;
  onFault: (fault: Fault) => void;
}

/** A resource that is sent with the others of its patient. */
interface Single {
  resource: Resource;
  request?: BundleEntryRequest;
}

/**
 * What of a folder or file is to be sent. A Bundle stays as it is, unless it is too long to be held; its resources and those from
 * lines are put together by patient, after
 * those that belong to none (which are held in memory), in an order in which what is referred to comes first.
 */
export async function* plan(source: string, options: PlanOptions): AsyncGenerator<Unit> {
  const patients = new Spill<Single>({ folder: options.workFolder });
  const shared: Single[] = [];
  const addSingle = async (found: Found) => {
    const sign = releaseSign(found.resource);
    if (sign) {
      const { resourceType } = found.resource;
      options.onFault({ fault: `${resourceType} of FHIR ${sign.release}, not R4`, where: found.where });
      return;
    }
    const single = { resource: found.resource, request: found.request };
    const patient = sentWith(found);
    if (patient) await patients.add(patient, single);
    else shared.push(single);
  };
  try {
    for await (const found of readDocuments(source, { limits: options.limits })) {
      if ('fault' in found) options.onFault(found);
      else if ('big' in found) for await (const one of resourcesToSend(found, options)) await addSingle(one);
      else if (found.resource.resourceType === 'Bundle') yield* fromBundle(found, source, options);
      else await addSingle(found);
    }
    if (shared.length > 0) yield { ...fromResources(SHARED, shared, options), shared: true };
    for await (const [patient, resources] of patients.groups()) yield fromResources(patient, resources, options);
  } finally {
    await patients.close();
  }
}

/** Patient/id of whose record a resource is part; else the only patient whom it refers to, as a Provenance does. */
function sentWith(found: Found): string | undefined {
  const own = patientOf(found);
  if (own) return own;
  const keys = referencesIn(found.resource).map((reference) => resolve(reference, found));
  const patients = new Set(keys.filter((key) => key?.startsWith('Patient/')));
  return patients.size === 1 ? [...patients][0] : undefined;
}

function* fromBundle(document: Found, source: string, options: PlanOptions): Generator<Unit> {
  const { resource: bundle, where } = document;
  const name = relative(source, where) || where;
  if (!SENDABLE.has(bundle.type)) {
    options.onFault({ fault: `A Bundle of type ${bundle.type} cannot be sent`, where });
    return;
  }
  const sign = releaseSignIn(bundle);
  if (sign) {
    options.onFault({
      fault: `Bundle of FHIR ${sign.release}, not R4`,
      where,
      detail: sign.says,
      file: true,
    });
    return;
  }
  const items: Item[] = [];
  for (const found of unbundle(document)) {
    if ('fault' in found) {
      options.onFault(found);
      continue;
    }
    const { resource, fullUrl, request } = found;
    const key = fullUrl ?? (resource.id ? `${resource.resourceType}/${resource.id}` : found.where);
    const alias =
      resource.id && fullUrl && !fullUrl.startsWith('urn:') ? [`${resource.resourceType}/${resource.id}`] : [];
    items.push(toItem(resource, key, alias, name, request));
  }
  if (items.length === 0) return;
  const distinct = withoutSharedConditions(items, name);
  if (options.as === 'batch') yield { name, bundles: levels(distinct), whole: false };
  else yield { name, bundles: [distinct], whole: true };
}

function fromResources(name: string, singles: Single[], { as, size }: PlanOptions): Unit {
  const items = singles.map(({ resource, request }) => {
    const key = ownKey({ resource, where: name });
    return toItem(resource, key, [], name, request);
  });
  const ordered = levels(withoutSharedConditions(items, name));
  if (as === 'batch') return { name, bundles: ordered.flatMap((level) => parts(level, size)), whole: false };
  return { name, bundles: parts(ordered.flat(), size), whole: true };
}

/** Two entries of a bundle must not be created on the same condition: both are then known by tags. */
function withoutSharedConditions(items: Item[], name: string): Item[] {
  const conditionOf = ({ request: { url, ifNoneExist } }: Item) => ifNoneExist && `${url}?${ifNoneExist}`;
  const counts = new Map<string | undefined, number>();
  for (const item of items) counts.set(conditionOf(item), (counts.get(conditionOf(item)) ?? 0) + 1);
  return items.map((item) => {
    const condition = conditionOf(item);
    return condition && counts.get(condition)! > 1 ? tagged(item, name) : item;
  });
}

function parts<T>(list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
