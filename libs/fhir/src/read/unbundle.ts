import type { BundleEntryRequest } from 'fhir/r4.js';
import { checked, type Fault, type Found, isResource, lastPart, type Resource } from './resources.ts';
import { otherRelease } from './version.ts';

/** The entries' resources with the bundle's own addresses (fullUrl). */
export function* unbundle({ resource: bundle, where, isClosed }: Found): Generator<Found | Fault> {
  const list = (Array.isArray(bundle.entry) ? bundle.entry : []) as ({
    fullUrl?: string;
    resource?: Resource;
    request?: BundleEntryRequest;
  } | null)[];
  const other = list
    .map((entry) => (isResource(entry?.resource) ? otherRelease(entry.resource) : undefined))
    .find(Boolean);
  if (other) {
    yield { fault: `Bundle of FHIR ${other}, not R4`, where, file: true };
    return;
  }
  const local = new Map<string, string>();
  for (const entry of list) {
    const { fullUrl, resource } = entry ?? {};
    if (typeof fullUrl === 'string' && isResource(resource))
      local.set(
        fullUrl,
        `${resource.resourceType}/${typeof resource.id === 'string' ? resource.id : lastPart(fullUrl)}`,
      );
  }
  for (const [i, entry] of list.entries()) {
    const { resource, request } = entry ?? {};
    if (resource === undefined || resource === null) continue;
    const at = `${where}, entry ${i}`;
    if (!isResource(resource)) {
      const path = `Bundle.entry[${i}].resource`;
      yield { fault: 'not a FHIR resource', where: at, detail: `${path} has no resourceType`, path };
      continue;
    }
    const fullUrl = typeof entry?.fullUrl === 'string' ? entry.fullUrl : undefined;
    yield* checked({ resource, where: at, fullUrl, request, local, isClosed });
  }
}
