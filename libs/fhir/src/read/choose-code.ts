import {
  type CodedEvent,
  CONTROLS_IN_CODE,
  type EventKind,
  hasControls,
  type Tally,
  withoutControls,
} from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { Coding } from './codings.ts';
import type { Fact } from './facts.ts';
import { CODING_PREFERENCE, type SystemAliases } from './systems.ts';

/** How codes are read. */
export interface CodeReading {
  aliases: SystemAliases;
  vocabulary: Vocabulary;
  keepUnknownCodes?: boolean;
}

/** The coding to read of a concept, in its system's own writing; undefined where there is none that can be. */
export function chooseCode(
  codings: Coding[],
  { kind, resourceType, where }: Fact & { kind: EventKind },
  { aliases, vocabulary, keepUnknownCodes }: CodeReading,
  tally: Tally,
): CodedEvent['code'] | undefined {
  if (codings.length === 0) return undefined;
  const rank = (system: string) => {
    const place = CODING_PREFERENCE[kind].indexOf(system);
    return place === -1 ? Infinity : place;
  };
  const [best] = codings
    .map((coding) => ({ ...coding, system: aliases.resolve(coding.system) }))
    .sort((a, b) => (rank(a.system) === rank(b.system) ? 0 : rank(a.system) - rank(b.system)));
  if (hasControls(best.code)) {
    tally.fault({ reason: CONTROLS_IN_CODE, resourceType, where, detail: best.code });
    return undefined;
  }
  const code = vocabulary.canonical(best.system, best.code);
  tally.code(kind, best.system, code);
  const known = vocabulary.find(best.system, code);
  if (!known && vocabulary.has(best.system)) {
    const problem = {
      reason: 'code in no dictionary',
      resourceType,
      where,
      detail: `${best.code} (${best.system})`,
    };
    if (vocabulary.isComplete(best.system) && !keepUnknownCodes) {
      tally.fault(problem);
      return undefined;
    }
    tally.note({ ...problem, reason: `${problem.reason}, kept` });
  }
  const display = known?.display ?? (best.display === undefined ? undefined : withoutControls(best.display));
  return { system: best.system, code: known?.code ?? code, display };
}
