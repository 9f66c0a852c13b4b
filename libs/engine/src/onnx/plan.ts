import type { Model } from './model.ts';
import { nameOf, type RecordedNode, type Recording, type Slot } from './recording.ts';

/** One part of a recording's computation. */
export interface Stage {
  /** First: calls, by their place in the recording, and of each which inputs nobody needs afterwards, by their place. */
  calls: { index: number; lastUses: number[] }[];
  /** Then a graph, where there is one. */
  graph?: { model: Model; inputs: Slot[]; outputs: Slot[] };
}

/** Calls and graphs in turn, as few graphs as can be: what is needed for the outputs, and nothing else. */
export function planOf(recording: Recording, outputs: readonly Slot[]): Stage[] {
  const { values } = recording;
  const { nodes, calls } = neededFor(recording, outputs);
  const levels = [...nodes.map(({ output }) => output), ...calls.map((index) => recording.calls[index].outputs[0])];
  const stages = Math.max(0, ...levels.map((slot) => values[slot].level >> 1)) + 1;
  // When each value is looked at for the last time: in a call by its place, in a graph after all calls of its stage.
  const lastUse = new Map<Slot, number>();
  const after = recording.calls.length;
  const uses = (slots: readonly Slot[], level: number, place: number) => {
    const when = (level >> 1) * (after + 1) + place;
    for (const slot of slots) lastUse.set(slot, Math.max(when, lastUse.get(slot) ?? 0));
  };
  nodes.forEach(({ inputs, output }) => uses(inputs, values[output].level, after));
  for (const index of calls) {
    const { inputs, outputs: made } = recording.calls[index];
    uses(inputs, values[made[0]].level, index);
  }
  return Array.from({ length: stages }, (_, stage) => ({
    calls: calls
      .filter((index) => values[recording.calls[index].outputs[0]].level === 2 * stage)
      .map((index) => {
        const { inputs } = recording.calls[index];
        const isLast = (slot: Slot) => lastUse.get(slot) === stage * (after + 1) + index;
        return { index, lastUses: inputs.flatMap((slot, place) => (isLast(slot) ? [place] : [])) };
      }),
    graph: graphOf(
      recording,
      nodes.filter(({ output }) => values[output].level === 2 * stage + 1),
      (slot) => outputs.includes(slot) || (lastUse.get(slot) ?? 0) >= (stage + 1) * (after + 1),
    ),
  }));
}

function graphOf({ values }: Recording, nodes: RecordedNode[], isWanted: (slot: Slot) => boolean): Stage['graph'] {
  if (nodes.length === 0) return undefined;
  const made = new Set(nodes.map(({ output }) => output));
  const used = [...new Set(nodes.flatMap(({ inputs }) => inputs))];
  const inputs = used.filter((slot) => !made.has(slot) && values[slot].kind !== 'constant');
  const outputs = [...made].filter(isWanted);
  const describe = (slot: Slot) => {
    const { type, shape } = values[slot];
    return { name: nameOf(slot), type, rank: shape.length };
  };
  const model: Model = {
    nodes: nodes.map(({ inputs: slots, output, ...node }) => ({
      ...node,
      inputs: slots.map(nameOf),
      output: nameOf(output),
    })),
    inputs: inputs.map(describe),
    outputs: outputs.map(describe),
    constants: used.flatMap((slot) => {
      const { constant } = values[slot];
      return constant ? [{ ...constant, name: nameOf(slot) }] : [];
    }),
  };
  return { model, inputs, outputs };
}

/** In the order in which they were recorded. */
function neededFor({ nodes, calls, values }: Recording, outputs: readonly Slot[]) {
  const needed = new Set(outputs);
  // Who makes each value; values are numbered in the order in which they were recorded.
  const makers = new Map<Slot, { node?: RecordedNode; call?: number }>();
  for (const node of nodes) makers.set(node.output, { node });
  calls.forEach((call, index) => call.outputs.forEach((slot) => makers.set(slot, { call: index })));
  const kept = { nodes: [] as RecordedNode[], calls: new Set<number>() };
  for (let slot = values.length - 1; slot >= 0; slot--) {
    const maker = needed.has(slot) ? makers.get(slot) : undefined;
    if (!maker) continue;
    const { node, call } = maker;
    if (node) kept.nodes.unshift(node);
    if (call !== undefined) kept.calls.add(call);
    for (const input of node?.inputs ?? calls[call!].inputs) needed.add(input);
  }
  return { nodes: kept.nodes, calls: [...kept.calls].sort((a, b) => a - b) };
}
