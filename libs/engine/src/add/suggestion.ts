import { DEFAULT_ENGINES, ENGINE_NAMES, type EngineName, type EngineState } from '../engine.ts';
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
    const line = suggestion(name, engine);
    if (line) return line;
  }
  return undefined;
}

function suggestion(name: EngineName, engine: AddableEngine): string | undefined {
  const isDefault = DEFAULT_ENGINES.includes(name);
  // What is there, would be taken, and was not, does not run here; doctor says why.
  if (presentFolder(engine)) return isDefault ? undefined : `A faster engine is there: --engine ${name}.`;
  const command = commandFor(engine);
  if (!command) return undefined;
  const use = isDefault ? '' : `; then add --engine ${name}`;
  return `A faster engine than WASM: \`${command}\` brings it (${engine.megabytes} MB, by npm)${use}.`;
}

function isOfUse({ needsGpu }: AddableEngine): boolean {
  return !needsGpu || process.platform === 'darwin' || gpuMemory().length > 0;
}

/** Which engine is used where none is named, and why, in one sentence. @param states of all engines, the fastest first */
export function choiceOf(states: readonly EngineState[]): string {
  const isDefault = ({ name, isSoftware }: EngineState) => !isSoftware && DEFAULT_ENGINES.includes(name);
  const chosen = states.find((state) => state.available && isDefault(state));
  if (!chosen) return 'No engine runs here.';
  const before = states.slice(0, states.indexOf(chosen));
  const names = (some: EngineState[]) => some.map(({ name }) => name).join(', ');
  const absent = before.filter((state) => !state.available && isDefault(state));
  const named = before.filter((state) => state.available && !isDefault(state));
  const reasons = [
    ...(absent.length > 0 ? [`not there: ${names(absent)}`] : []),
    ...(named.length > 0 ? [`there, and used only where it is named: ${names(named)}`] : []),
  ];
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  return `${chosen.name} is used where no --engine is given: the first of the list that is there and needs no naming${why}.`;
}
