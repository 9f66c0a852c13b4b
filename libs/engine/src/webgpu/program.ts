type Number = 'u32' | 'f32';

/** A WGSL program with what it binds, in order: storage that it reads, storage that it writes, and numbers. */
export interface Program {
  name: string;
  reads: number;
  writes: number;
  numbers: readonly Number[];
  code: string;
}

interface Parts {
  name: string;
  /** Of each array that it reads the type of its numbers. */
  reads: Record<string, 'f32' | 'i32'>;
  /** Arrays of f32 that it writes; it may read them too. */
  writes: readonly string[];
  /** Numbers that are the same for all threads: n.name. */
  numbers: Record<string, Number>;
  /** Threads of a workgroup, along x and y. */
  threads: readonly [x: number, y: number];
  /** Before the body: shared memory, functions. */
  before?: string;
  /** `group`, `groups`, `local`, `index` (within the group) and `item` (over all) are there. */
  body: string;
}

/** Writes a program out, its declarations from its parts. */
export function program({ name, reads, writes, numbers, threads, before = '', body }: Parts): Program {
  const arrays = [
    ...Object.entries(reads).map(([array, type]) => `var<storage, read> ${array}: array<${type}>;`),
    ...writes.map((array) => `var<storage, read_write> ${array}: array<f32>;`),
    'var<uniform> n: Numbers;',
  ];
  const size = threads[0] * threads[1];
  const code = `
struct Numbers { ${Object.entries(numbers)
    .map(([number, type]) => `${number}: ${type}`)
    .join(', ')} }
${arrays.map((declaration, i) => `@group(0) @binding(${i}) ${declaration}`).join('\n')}
${before}
@compute @workgroup_size(${threads.join(', ')})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let item = (group.y * groups.x + group.x) * ${size}u + index;
${body}
}`;
  return { name, reads: Object.keys(reads).length, writes: writes.length, numbers: Object.values(numbers), code };
}

/** A program for each set of choices, made when it first comes. */
export function variants<A extends unknown[]>(make: (...choices: A) => Program): (...choices: A) => Program {
  const made = new Map<string, Program>();
  return (...choices) => {
    const key = choices.join();
    if (!made.has(key)) made.set(key, make(...choices));
    return made.get(key)!;
  };
}

/** Workgroups along a dimension, at most. */
const MOST_GROUPS = 32_768;

/** So many workgroups, in two dimensions where one is too short; `group.y * groups.x + group.x` counts them. */
export function grid(count: number): [number, number, number] {
  return [Math.min(count, MOST_GROUPS), Math.ceil(count / MOST_GROUPS), 1];
}

/** Sum over a group's shared numbers, by halves, so that the order is always the same; the result is in the first. */
export function reduction(name: string, size: number, combine: (a: string, b: string) => string): string {
  return `
fn ${name}(index: u32) {
  workgroupBarrier();
  for (var half = ${size / 2}u; half > 0u; half /= 2u) {
    if (index < half) { shared_[index] = ${combine('shared_[index]', 'shared_[index + half]')}; }
    workgroupBarrier();
  }
}`;
}
