import type { Resource } from '../read/resources.ts';
import type { Report } from './finding.ts';

/**
 * What is contained is referred to, from the resource or from what else it contains, or refers to the resource itself
 * (dom-3, whose own expression fhirpath.js cannot run).
 */
export function checkContained(resource: Resource, path: string, report: Report): void {
  if (!Array.isArray(resource.contained)) return;
  checkIds(resource.contained as (Resource | null)[], path, report);
  const referred = new Set<string>();
  collect(resource, referred);
  for (const [i, inner] of (resource.contained as (Resource | null)[]).entries()) {
    if (typeof inner !== 'object' || inner === null || referred.has(`#${inner.id}`)) continue;
    const own = new Set<string>();
    collect(inner, own);
    if (own.has('#')) continue;
    report(
      'error',
      'invariant',
      `${path}.contained[${i}]`,
      `dom-3: nothing refers to the contained resource ${inner.id ?? 'without an id'}`,
      `Refer to it ("#${inner.id ?? 'id'}"), or leave it out.`,
    );
  }
}

/** Each has an id of its own: a reference would not know which it means. */
function checkIds(contained: (Resource | null)[], path: string, report: Report): void {
  const seen = new Set<unknown>();
  for (const [i, inner] of contained.entries()) {
    if (typeof inner?.id !== 'string') continue;
    if (seen.has(inner.id)) {
      const message = 'An earlier contained resource has the same id';
      report('error', 'reference', `${path}.contained[${i}].id`, message, 'Give it an id of its own.');
    }
    seen.add(inner.id);
  }
}

/** All texts that begin with #: references, canonicals and URIs alike. */
function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value.startsWith('#')) into.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collect(inner, into);
  }
}
