import type { Attribute, ModelConstant, ValueType } from './model.ts';

/** A value of what is being recorded, by its number. */
export type Slot = number;

export interface Value {
  kind: 'input' | 'node' | 'constant' | 'call';
  type: ValueType;
  shape: readonly number[];
  /** When it is there: 0 before the first graph, 1 within it, 2 between it and the second one, and so on. */
  level: number;
  constant?: Omit<ModelConstant, 'name'>;
}

export interface RecordedNode {
  operator: string;
  inputs: Slot[];
  output: Slot;
  attributes: Record<string, Attribute>;
}

/** What no graph does: a function of ours, called between two of them. */
export interface Call {
  inputs: Slot[];
  outputs: Slot[];
  /** Each of the first outputs begins as the numbers of this input, by its place; in the same memory where nobody else needs them. */
  changes: number[];
  work(inputs: Float32Array[], outputs: Float32Array[]): void;
}

/** Operations in the order in which they were asked for, and nothing computed yet. */
export class Recording {
  readonly nodes: RecordedNode[] = [];
  readonly calls: Call[] = [];
  readonly values: Value[] = [];
  private readonly constants = new Map<string, Slot>();
  private text = '';

  input(type: ValueType, shape: readonly number[]): Slot {
    this.text += `i${type}${shape.length};`;
    return this.add({ kind: 'input', type, shape, level: 0 });
  }

  /** A constant that is part of the graph: only for numbers that seldom change, since other numbers are another graph. */
  constant(values: number | number[], type: 'float32' | 'int64' = 'float32'): Slot {
    const key = `c${type}${String(values)}${Array.isArray(values) ? '' : '.'};`;
    let slot = this.constants.get(key);
    if (slot === undefined) {
      this.text += key;
      const [list, shape] = Array.isArray(values) ? [values, [values.length]] : [[values], []];
      slot = this.add({ kind: 'constant', type, shape, level: 0, constant: { type, shape, values: list } });
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
    const output = this.add({ kind: 'node', type, shape, level: this.latest(inputs) | 1 });
    this.nodes.push({ operator, inputs, output, attributes });
    this.text += `${operator}(${inputs.join()}`;
    for (const name in attributes) this.text += `,${name}=${JSON.stringify(attributes[name])}`;
    this.text += ');';
    return output;
  }

  /** A function of ours on the numbers of values. @see Call */
  call(inputs: Slot[], shapes: (readonly number[])[], work: Call['work'], changes: number[] = []): Slot[] {
    const level = (this.latest(inputs) + 1) & ~1;
    const outputs = shapes.map((shape) => this.add({ kind: 'call', type: 'float32', shape, level }));
    this.calls.push({ inputs, outputs, changes, work });
    this.text += `(${inputs.join()})${changes.join()}>${outputs.length};`;
    return outputs;
  }

  shapeOf(slot: Slot): readonly number[] {
    return this.values[slot].shape;
  }

  /** The same text for the same graphs and calls, whatever the lengths of the inputs. */
  signature(outputs: readonly Slot[]): string {
    return `${this.text}${outputs.join()}`;
  }

  private latest(inputs: readonly Slot[]): number {
    let most = 0;
    for (const slot of inputs) most = Math.max(most, this.values[slot].level);
    return most;
  }

  private add(value: Value): Slot {
    return this.values.push(value) - 1;
  }
}

export function nameOf(slot: Slot): string {
  return `v${slot}`;
}
