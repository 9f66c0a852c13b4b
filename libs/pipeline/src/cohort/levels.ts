import { LEVELS, type LevelChoice } from '@ehrsynth/matrix';
import { System } from '@ehrsynth/records';
import { LevelError } from '../errors.ts';

const LEVEL_SYSTEMS: Record<string, string> = { 'icd-10-cm': System.icd10cm, ndc: System.ndc };

/** icd-10-cm=category, ndc=ingredient → the level of each system, by its URI. @throws LevelError */
export function levelChoice(choices: readonly string[]): LevelChoice {
  const levels: LevelChoice = {};
  for (const choice of choices) {
    const [name, level] = choice.split('=');
    const system = LEVEL_SYSTEMS[name];
    const known = system && LEVELS[system].find((one) => one === level);
    if (!known) {
      const all = Object.entries(LEVEL_SYSTEMS).flatMap(([key, uri]) => LEVELS[uri].map((one) => `${key}=${one}`));
      throw new LevelError(choice, all);
    }
    levels[system] = known;
  }
  return levels;
}
