import type { Attribute, Model, ModelConstant, ValueType } from './model.ts';

/** A value of the graph that is being recorded, by its number. */
export type Slot = number;

interface Value {
  kind: 'input' | 'node' | 'constant';
  type: ValueType;
  shape: readonly number[];
  constant?: Omit<ModelConstant, 'name'>;
}

interface RecordedNode {
  operator: string;
  inputs: Slot[];
  output: Slot;
  attributes: Record<string, Attribute>;
}

/** Operations in the order in which they were asked for, and nothing computed yet. */
export class Recording {
  readonly nodes: RecordedNode[] = [];
  private readonly values: Value[] = [];
  private readonly constants = new Map<string, Slot>();
  private text = '';

  input(type: ValueType, shape: readonly number[]): Slot {
    this.text += `i${type}${shape.length};`;
    return this.add({ kind: 'input', type, shape });
  }

  /** A constant that is part of the graph: only for numbers that seldom change, since other numbers are another graph. */
  constant(values: number | number[], type: 'float32' | 'int64' = 'float32'): Slot {
    const key = `c${type}${String(values)}${Array.isArray(values) ? '' : '.'};`;
    let slot = this.constants.get(key);
    if (slot === undefined) {
      this.text += key;
      const [list, shape] = Array.isArray(values) ? [values, [values.length]] : [[values], []];
      slot = this.add({ kind: 'constant', type, shape, constant: { type, shape, values: list } });
      this.constants.set(key, slot);
    }
    return slot;
  }

  node(
    operator: string,
    inputs: Slot[],
    shape: readonly number[],
    attributes: Record<string, Attribute> = {},
    type: ValueType = 'float32',
  ): Slot {
    const output = this.add({ kind: 'node', type, shape });
    this.nodes.push({ operator, inputs, output, attributes });
    this.text += `${operator}(${inputs.join()}`;
    for (const name in attributes) this.text += `,${name}=${JSON.stringify(attributes[name])}`;
    this.text += ');';
    return output;
  }

  shapeOf(slot: Slot): readonly number[] {
    return this.values[slot].shape;
  }

  /** The same text for the same graph, whatever the lengths of its inputs. */
  signature(outputs: readonly Slot[]): string {
    return `${this.text}${outputs.join()}`;
  }

  model(outputs: readonly Slot[]): Model {
    const values = this.values.map((value, slot) => ({ ...value, name: nameOf(slot), rank: value.shape.length }));
    const nodes = this.neededFor(outputs);
    const used = new Set(nodes.flatMap(({ inputs }) => inputs.map(nameOf)));
    return {
      nodes: nodes.map(({ inputs, output, ...node }) => ({
        ...node,
        inputs: inputs.map(nameOf),
        output: nameOf(output),
      })),
      inputs: values.filter(({ kind }) => kind === 'input'),
      outputs: outputs.map((slot) => values[slot]),
      constants: values.flatMap(({ constant, name }) => (constant && used.has(name) ? { ...constant, name } : [])),
    };
  }

  private neededFor(outputs: readonly Slot[]): RecordedNode[] {
    const needed = new Set(outputs);
    const kept: RecordedNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!needed.has(node.output)) continue;
      kept.unshift(node);
      node.inputs.forEach((slot) => needed.add(slot));
    }
    return kept;
  }

  private add(value: Value): Slot {
    return this.values.push(value) - 1;
  }
}

export function nameOf(slot: Slot): string {
  return `v${slot}`;
}
