import type { EngineState } from '../engine.ts';
import { ENGINE_NAMES } from '../names.ts';
import { gpuMemory } from '../native.ts';
import { ADDABLE, type AddableEngine } from './catalogue.ts';
import { commandFor, presentFolder } from './folders.ts';

/**
 * In one line which faster engine could be had where WASM is in use, and how; undefined where another one is, or none is faster here.
 * Engines that npm brings are suggested, and not those that a compiler must build.
 */
export function fasterEngine(used: string): string | undefined {
  if (used !== 'wasm') return undefined;
  for (const name of ENGINE_NAMES) {
    const engine = Object.values(ADDABLE).find((one) => one.engine === name);
    if (!engine || engine.isBuilt || !isOfUse(engine)) continue;
    const command = commandFor(engine);
    // What is there, and was not taken, does not run here; doctor says why.
    if (command && !presentFolder(engine))
      return `A faster engine than WASM: \`${command}\` installs it (${engine.megabytes} MB, by npm).`;
  }
  return undefined;
}

function isOfUse({ needsGpu }: AddableEngine): boolean {
  return !needsGpu || process.platform === 'darwin' || gpuMemory().length > 0;
}

/** Which engine is used where none is named, and why, in one sentence. @param states of all engines, the fastest first */
export function choiceOf(states: readonly EngineState[]): string {
  const chosen = states.find(({ available, isSoftware }) => available && !isSoftware);
  if (!chosen) return 'No engine runs here.';
  const before = states.slice(0, states.indexOf(chosen));
  const names = (some: EngineState[]) => some.map(({ name }) => name).join(', ');
  const absent = before.filter(({ available }) => !available);
  const software = before.filter(({ available }) => available);
  const reasons = [
    ...(absent.length > 0 ? [`unavailable: ${names(absent)}`] : []),
    ...(software.length > 0 ? [`computing in software: ${names(software)}`] : []),
  ];
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  return `${chosen.name} is used if no --engine is given: the fastest one available${why}.`;
}
