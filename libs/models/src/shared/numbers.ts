import { tf } from '@ehrsynth/engine';

/** Named numbers that travel between sites and the coordinator: weights, their changes, counts. */
export type Numbers = Record<string, Float32Array | Float64Array>;

/** The numbers of variables, under their names with a prefix. */
export async function numbersIn(variables: Record<string, tf.Variable>, prefix = ''): Promise<Numbers> {
  const entries = Object.entries(variables).map(async ([name, own]) => [prefix + name, await own.data()] as const);
  return Object.fromEntries(await Promise.all(entries)) as Numbers;
}

/** Fills variables with numbers that stand under their names with a prefix. @throws Error where some are not there, or are others */
export function assignNumbers(variables: Record<string, tf.Variable>, numbers: Numbers, prefix = ''): void {
  for (const [name, variable] of Object.entries(variables)) {
    const own = numbers[prefix + name];
    if (own?.length !== variable.size) throw new Error(`${prefix}${name} does not have ${variable.size} numbers`);
    tf.tidy(() => variable.assign(tf.tensor(new Float32Array(own), variable.shape)));
  }
}

/** What numbers are more than others of the same names. In loops: `Float32Array.from` takes seconds for ten million numbers. */
export function differences(after: Numbers, before: Numbers): Numbers {
  const found: Numbers = {};
  for (const [name, own] of Object.entries(after)) {
    const changes = new Float32Array(own.length);
    for (let i = 0; i < own.length; i++) changes[i] = own[i] - before[name][i];
    found[name] = changes;
  }
  return found;
}
