/** Something that may refer to others of its group. */
export interface Node {
  key: string;
  /** Others by which it may be referred to. */
  aliases: string[];
  /** Keys that it refers to; those not in the group do not count. */
  references: string[];
}

/**
 * The nodes in levels: those of a level refer only to nodes of earlier ones. Nodes in a circle, and those that refer to
 * it, come together in the last.
 */
export function levels<T extends Node>(nodes: T[]): T[][] {
  const inGroup = new Map(nodes.flatMap((node) => [node.key, ...node.aliases].map((key) => [key, node] as const)));
  const waitsFor = new Map<T, number>();
  const waiting = new Map<T, T[]>();
  for (const node of nodes) {
    const others = new Set(node.references.map((key) => inGroup.get(key)).filter((other) => other && other !== node));
    waitsFor.set(node, others.size);
    for (const other of others) {
      const list = waiting.get(other!);
      if (list) list.push(node);
      else waiting.set(other!, [node]);
    }
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
