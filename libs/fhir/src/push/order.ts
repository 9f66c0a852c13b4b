/** Something that may refer to others of its group. */
export interface Node {
  key: string;
  /** Keys that it refers to; those not in the group do not count. */
  references: string[];
}

/**
 * The nodes in levels: those of a level refer only to nodes of earlier ones. Nodes in a circle, and those that refer to
 * it, come together in the last.
 */
export function levels<T extends Node>(nodes: T[]): T[][] {
  const inGroup = new Map(nodes.map((node) => [node.key, node]));
  const waitsFor = new Map<T, number>();
  const waiting = new Map<T, T[]>();
  for (const node of nodes) {
    const others = new Set(
      node.references.map((key) => inGroup.get(key)).filter((other) => other && other !== node),
    );
    waitsFor.set(node, others.size);
    for (const other of others) waiting.set(other!, [...(waiting.get(other!) ?? []), node]);
  }
  const result: T[][] = [];
  let next = nodes.filter((node) => waitsFor.get(node) === 0);
  const done = new Set<T>();
  while (next.length > 0) {
    result.push(next);
    next.forEach((node) => done.add(node));
    const freed: T[] = [];
    for (const node of next.flatMap((one) => waiting.get(one) ?? [])) {
      waitsFor.set(node, waitsFor.get(node)! - 1);
      if (waitsFor.get(node) === 0) freed.push(node);
    }
    next = freed;
  }
  const circle = nodes.filter((node) => !done.has(node));
  return circle.length > 0 ? [...result, circle] : result;
}
