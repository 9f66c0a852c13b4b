import type { Found } from '../read/found.ts';
import { isResource, type Resource } from '../read/resources.ts';
import { unbundle } from '../read/unbundle.ts';
import { checkBundle } from './bundle.ts';
import { BundleContext, type Context } from './context.ts';
import { DEEPEST } from './depth.ts';
import type { Report } from './finding.ts';

interface Inner {
  path: string;
  resource: Resource;
}

/**
 * The resources of Parameters refer to each other, and those of a Bundle among them by its addresses: gives the Parameters
 * and the context in which their references are looked up. Checks the rules of the Bundles in them.
 * @see FHIR R4, parameters; bundle, "Resolving references in Bundles"
 */
export function openParameters(found: Found, outer: Context, report: Report): { found: Found; context: Context } {
  const inner = resourcesIn(found.resource.parameter, 'Parameters.parameter', 0);
  if (inner.length === 0) return { found, context: outer };
  const context = new BundleContext(outer);
  const local = new Map(found.local);
  for (const { path, resource } of inner) {
    if (resource.resourceType !== 'Bundle') {
      context.add({ ...found, resource, fullUrl: undefined });
      continue;
    }
    checkBundle(resource, (severity, rule, at, message, remedy) =>
      report(
        severity,
        rule,
        at.replace(/^Bundle/, () => path),
        message,
        remedy,
      ),
    );
    for (const part of unbundle({ ...found, resource })) {
      if ('fault' in part) continue; // Reported with the structure.
      context.add(part);
      part.local?.forEach((key, address) => local.set(address, key));
    }
  }
  return { found: { ...found, ...(local.size > 0 && { local }) }, context };
}

function resourcesIn(parameters: unknown, path: string, depth: number): Inner[] {
  if (!Array.isArray(parameters) || depth > DEEPEST) return [];
  return (parameters as (Record<string, unknown> | null)[]).flatMap((parameter, i) => {
    if (typeof parameter !== 'object' || parameter === null) return [];
    const { resource, part } = parameter;
    const at = `${path}[${i}]`;
    const own = isResource(resource) ? [{ path: `${at}.resource`, resource }] : [];
    return [...own, ...resourcesIn(part, `${at}.part`, depth + 1)];
  });
}
