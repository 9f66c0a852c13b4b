import type { Report } from './finding.ts';

/** What stands under _name, one place a value: an id or extensions of a primitive. */
export interface Sibling {
  value: Record<string, unknown>;
  path: string;
}

/**
 * Checks the shape of _name beside the primitive name, and gives the objects in it. Beside a list stands a list of the same
 * length, with null where there is nothing to say. @see FHIR R4, json, "JSON representation of primitive elements"
 */
export function siblingsOf(sibling: unknown, value: unknown, many: boolean, path: string, report: Report): Sibling[] {
  const fault = (message: string, remedy: string, at = path) => report('error', 'structure', at, message, remedy);
  if (Array.isArray(sibling) !== many) {
    if (!many) fault('The extension of a single value must not be a list', 'Write it without [ ].');
    else fault('The extensions of a list must be a list', 'Write them in [ ], with null where there is none.');
    return [];
  }
  const items = many ? (sibling as unknown[]) : [sibling];
  if (items.length === 0) fault('An empty list', 'Leave the element out.');
  else if (many && Array.isArray(value) && value.length !== items.length)
    fault(
      `${value.length} values and ${items.length} extensions: they are paired by position`,
      'Pad the shorter list with null.',
    );
  const found: Sibling[] = [];
  for (const [i, item] of items.entries()) {
    const at = many ? `${path}[${i}]` : path;
    const own = many && Array.isArray(value) ? (value[i] as unknown) : many ? undefined : value;
    const alone = own === undefined || own === null;
    if (item === null && many) {
      if (alone) fault('Neither a value nor an extension', 'Remove this item.', at);
    } else if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      fault('The extension of a primitive must be an object', 'Put { "extension": [ … ] } there.', at);
    } else if (Object.keys(item).length === 0) {
      fault('An empty object', many ? 'Write null.' : 'Leave the element out.', at);
    } else {
      if (alone && !('extension' in item)) fault('Neither a value nor an extension', 'Leave the element out.', at);
      found.push({ value: item as Record<string, unknown>, path: at });
    }
  }
  return found;
}
