import type { EngineState } from '@ehrsynth/engine';
import { table } from './table.ts';

/** The engine that runs where none is named. */
export function usedEngine(engines: readonly EngineState[]): string | undefined {
  return engines.find(({ available, isSoftware }) => available && !isSoftware)?.name;
}

/** All engines, the fastest first: whether each is there, its version or why it is not, and what brings it. */
export function engineTable(engines: readonly EngineState[]): string {
  const used = usedEngine(engines);
  const state = ({ name, available }: EngineState) =>
    !available ? 'unavailable' : name === used ? 'used' : 'available';
  return table(
    ['engine', '', '', ''],
    engines.map((engine) => [
      engine.name,
      state(engine),
      engine.detail,
      engine.todo ? `to add it: ${engine.todo}` : '',
    ]),
  );
}
