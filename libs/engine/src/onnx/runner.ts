import type { Arena } from './arena.ts';
import type { ValueType } from './model.ts';
import { type Stage, planOf } from './plan.ts';
import { nameOf, type Recording, type Slot } from './recording.ts';
import type { Numbers, Program, Runtime, RuntimeTensor } from './runtime.ts';

/** The numbers of a value. */
export interface Value {
  values?: Numbers;
  dtype: string;
  shape: readonly number[];
  /** Over the values, once a graph took them. */
  tensor?: RuntimeTensor;
  /** Whether the values are an array of the arena. */
  own?: boolean;
  /** Whether nobody will ask for them any more. */
  gone?: boolean;
}

/** Plans kept; the graphs of each have their threads and their memory. */
const MOST_PLANS = 64;

interface Plan {
  stages: Stage[];
  /** Of each stage, compiled when it first runs. */
  programs: (Program | undefined)[];
}

/** Computes recordings. */
export class Runner {
  private readonly plans = new Map<string, Plan>();

  constructor(
    private readonly runtime: Runtime,
    private readonly arena: Arena,
  ) {}

  /** Computes values that have none yet. @param known by slot: inputs, and what is to be computed */
  run(recording: Recording, known: ReadonlyMap<Slot, Value>, outputs: readonly Slot[]): void {
    const values = new Map(known);
    const { stages, programs } = this.plan(recording, outputs);
    stages.forEach(({ calls, graph }, stage) => {
      for (const { index, lastUses } of calls) this.call(recording, index, lastUses, values);
      if (!graph) return;
      const program = (programs[stage] ??= this.runtime.compile(graph.model));
      const tensors = (slots: Slot[]) =>
        Object.fromEntries(slots.map((slot) => [nameOf(slot), this.tensorOf(this.valueOf(recording, slot, values))]));
      program.run(tensors(graph.inputs), tensors(graph.outputs));
    });
    for (const [slot, value] of values) if (!known.has(slot)) this.release(value);
  }

  /** To be called once nobody asks for the numbers any more. */
  release(value: Value): void {
    if (value.own && value.values) this.arena.give(value.values as Float32Array);
    value.own = false;
  }

  private call(recording: Recording, index: number, lastUses: number[], values: Map<Slot, Value>): void {
    const { inputs, outputs, changes, work } = recording.calls[index];
    const given = inputs.map((slot) => values.get(slot)!);
    const made = outputs.map((slot, i) => {
      const from = given[changes[i]] as Value | undefined;
      if (!from) return this.valueOf(recording, slot, values);
      if (from.own && from.gone && lastUses.includes(changes[i])) {
        from.own = false;
        return this.valueOf(recording, slot, values, from.values);
      }
      const value = this.valueOf(recording, slot, values);
      value.values!.set(from.values!);
      return value;
    });
    const arrays = (list: Value[]) => list.map((one) => one.values as Float32Array);
    work(arrays(given), arrays(made));
  }

  /** A value, with memory for its numbers. */
  private valueOf(recording: Recording, slot: Slot, values: Map<Slot, Value>, numbers?: Numbers): Value {
    const { type, shape } = recording.values[slot];
    let value = values.get(slot);
    if (!value) values.set(slot, (value = { dtype: type, shape, gone: true }));
    if (value.values) return value;
    const length = shape.reduce((product, one) => product * one, 1);
    value.own = value.dtype === 'float32';
    value.values = numbers ?? (value.own ? this.arena.take(length) : new Uint8Array(length));
    return value;
  }

  private tensorOf(value: Value): RuntimeTensor {
    return (value.tensor ??= this.runtime.tensor(value.dtype as ValueType, value.values!, value.shape));
  }

  /** What is to be done; the plan that was not used for longest makes room. */
  private plan(recording: Recording, outputs: readonly Slot[]): Plan {
    const key = recording.signature(outputs);
    const plan = this.plans.get(key) ?? { stages: planOf(recording, outputs), programs: [] };
    this.plans.delete(key);
    this.plans.set(key, plan);
    if (this.plans.size > MOST_PLANS) {
      const [oldest] = this.plans;
      this.plans.delete(oldest[0]);
      oldest[1].programs.forEach((program) => program?.dispose());
    }
    return plan;
  }
}
