import type { Resource } from '../read/resources.ts';
import { childOf, type ElementNode, typeDefinitions } from './definitions.ts';
import type { Report } from './finding.ts';

const WHOLE = new Set(['integer', 'positiveInt', 'unsignedInt']);
const SEGMENT = /\.([^.[\]]+)|\[(\d+)\]/g;
let names: Set<string> | undefined;

/** Whether an element of the name is a whole number somewhere in R4: rank, valueInteger. */
export function isWholeNumber(name: string): boolean {
  names ??= namesOfWholeNumbers();
  return names.has(name);
}

/**
 * Reports whole numbers that are written with a fraction or an exponent (1.0, 1e0), of those that are of a type of whole
 * numbers. @see FHIR R4, datatypes, integer, whose pattern knows digits alone
 * @param paths what scanJson found: `.telecom[0].rank`
 */
export function checkWholeNumbers(resource: Resource, paths: string[], report: Report): void {
  for (const path of paths) {
    const type = typeAt(resource, path);
    if (!type || !WHOLE.has(type)) continue;
    const message = `A whole number (${type}) with a fraction or an exponent`;
    report('error', 'format', `${resource.resourceType}${path}`, message, 'Write the digits alone: 1, not 1.0.');
  }
}

/** The type of the element at the path, as far as R4 knows the elements on the way. */
function typeAt(resource: Resource, path: string): string | undefined {
  let node: ElementNode | undefined = typeDefinitions().get(resource.resourceType);
  let value: unknown = resource;
  let code: string | undefined;
  for (const [, name, index] of path.matchAll(SEGMENT)) {
    value = (value as Record<string, unknown> | null | undefined)?.[name ?? index];
    if (index === undefined) {
      const child = node && childOf(node, name);
      if (!child) return undefined;
      code = (child.type ?? child.node.types[0])?.code;
      node = child.node.children?.size ? child.node : typeDefinitions().get(code ?? '');
    }
    const { resourceType } = (value ?? {}) as Partial<Resource>;
    if (typeof resourceType === 'string') node = typeDefinitions().get(resourceType);
  }
  return code;
}

function namesOfWholeNumbers(): Set<string> {
  const found = new Set<string>();
  const seen = new Set<ElementNode>();
  const visit = (node: ElementNode) => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const [name, child] of node.children ?? []) {
      for (const { code } of child.types) {
        if (WHOLE.has(code)) found.add(name.replace('[x]', code[0].toUpperCase() + code.slice(1)));
      }
      visit(child);
    }
  };
  for (const node of typeDefinitions().values()) visit(node);
  return found;
}
