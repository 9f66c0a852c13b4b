import type { Resource } from '../read/resources.ts';

/** Lists and objects in one another that a resource may have: HL7's own examples have at most 22. */
export const DEEPEST = 200;

/**
 * A copy of the resource without what is nested deeper than may be, and the path of each place that was cut off; the
 * resource itself where nothing is. Takes no more of the stack for a deeper one.
 */
export function withoutDepths(resource: Resource): { resource: Resource; cut: string[] } {
  const places = placesTooDeep(resource);
  if (places.length === 0) return { resource, cut: [] };
  const copy: { root: unknown } = { root: undefined };
  const open: [from: unknown, to: object, key: string, level: number][] = [[resource, copy, 'root', 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [from, to, key, level] = next;
    const isHolder = typeof from === 'object' && from !== null;
    const value = !isHolder ? from : Array.isArray(from) ? [] : {};
    Object.defineProperty(to, key, { value, writable: true, enumerable: true, configurable: true });
    if (!isHolder || level >= DEEPEST) continue;
    for (const [name, inner] of Object.entries(from)) open.push([inner, value as object, name, level + 1]);
  }
  return { resource: copy.root as Resource, cut: places };
}

interface Place {
  value: object;
  key: string;
  level: number;
  outer?: Place;
}

function placesTooDeep(root: object): string[] {
  const found: string[] = [];
  const open: Place[] = [{ value: root, key: '', level: 1 }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { value, level } = place;
    if (level > DEEPEST) {
      found.push(pathOf(place));
      continue;
    }
    for (const key in value) {
      const inner = (value as Record<string, unknown>)[key];
      if (typeof inner === 'object' && inner !== null)
        open.push({
          value: inner,
          key: Array.isArray(value) ? `[${key}]` : `.${key}`,
          level: level + 1,
          outer: place,
        });
    }
  }
  return found;
}

function pathOf(place: Place): string {
  const keys: string[] = [];
  for (let at: Place | undefined = place; at; at = at.outer) keys.push(at.key);
  return keys.reverse().join('');
}
