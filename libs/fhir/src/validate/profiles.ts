import type { Resource } from '../read/resources.ts';
import type { Report } from './finding.ts';
import { isTrue } from './invariants.ts';
import { profileRules } from './us-core.ts';

/** Checks a resource against the profiles that it claims in meta.profile, of those that we know. */
export function checkProfiles(resource: Resource, report: Report): void {
  const claimed = resource.meta?.profile;
  if (!Array.isArray(claimed)) return;
  const { resourceType } = resource;
  for (const url of claimed) {
    if (typeof url !== 'string') continue;
    const name = url.slice(url.lastIndexOf('/') + 1);
    const rules = profileRules(url, resource) ?? [];
    if (typeof rules === 'string') {
      report('information', 'profile', `${resourceType}.meta.profile`, `${name}: not checked`, rules);
      continue;
    }
    for (const { key, severity, path, expression, human, remedy } of rules) {
      if (isTrue(expression, resourceType, resource, { resource, rootResource: resource })) continue;
      report(severity, 'profile', `${resourceType}.${path}`, `${name}: ${key}: ${human}`, remedy);
    }
  }
}
