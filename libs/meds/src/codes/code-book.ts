import type { Code } from '@ehrsynth/records';
import { type CodeReading, type JudgedCode, judgedCode } from './judged-code.ts';
import { codeOfParts, LOCAL_SYSTEM, partsOf } from './code-text.ts';
import { type Meaning, meaningOf, type MeantEvent } from './meaning.ts';

/** What metadata/codes.parquet says of a code. */
export interface CodeEntry {
  description?: string;
  parents: string[];
}

/** What a code says, with the code as its dictionary has it where it is an event's. */
export type KnownCode = Exclude<Meaning, MeantEvent> | (MeantEvent & { judged: JudgedCode });

/** Beyond it, what was worked out is forgotten and worked out again. */
const MOST_KEPT = 200_000;

/** What each code of a dataset says, worked out once. A code of no known system is read as its first parent that has one. */
export class CodeBook {
  private readonly known = new Map<string, KnownCode>();
  private readonly own = new Map<string, Code>();
  private readonly ownEvents = new Map<string, JudgedCode>();

  constructor(
    private readonly entries: Map<string, CodeEntry>,
    private readonly reading: CodeReading,
  ) {}

  /** Whether there are descriptions, and none of this code. */
  lacks(text: string): boolean {
    return this.entries.size > 0 && !this.entries.has(text);
  }

  /** By the words of a code. */
  read(text: string): KnownCode {
    return remembered(this.known, text, () => this.readAnew(text));
  }

  /** A code as `medsCode` writes it, with its description. */
  codeOf(text: string): Code {
    return remembered(this.own, text, () => {
      const code = codeOfParts(partsOf(text)) ?? { system: LOCAL_SYSTEM, code: text };
      const display = this.entries.get(text)?.description;
      return { ...code, ...(display && { display }) };
    });
  }

  /** The code of an event of ours as its dictionary has it. What a unit adds to a code of no system is taken off. */
  ownEvent(text: string, tail: string): JudgedCode {
    return remembered(this.ownEvents, tail + text, () => {
      const { display, ...code } = this.codeOf(text);
      const isWithUnit = tail !== '' && code.system === LOCAL_SYSTEM && text.endsWith(tail);
      return this.judge({
        ...code,
        ...(isWithUnit && { code: text.slice(0, -tail.length) }),
        ...(display && { display }),
      });
    });
  }

  private judge(code: Code): JudgedCode {
    return judgedCode(code, this.reading);
  }

  private readAnew(text: string): KnownCode {
    const meaning = meaningOf(text);
    if (meaning.is !== 'event') return meaning;
    const { description: display, parents } = this.entries.get(text) ?? { parents: [] };
    const standard = isLocal(meaning) ? parents.map(meaningOf).find(isStandard) : undefined;
    const meant: MeantEvent = standard ? { ...standard, ...told(meaning), unit: meaning.unit } : meaning;
    return { ...meant, judged: this.judge({ ...meant.code, ...(display && { display }) }) };
  }
}

function isLocal({ code }: MeantEvent): boolean {
  return code.system === LOCAL_SYSTEM;
}

function isStandard(meaning: Meaning): meaning is MeantEvent {
  return meaning.is === 'event' && !isLocal(meaning);
}

function told({ isTold, kind }: MeantEvent): Pick<MeantEvent, 'isTold' | 'kind'> {
  return isTold ? { isTold, kind } : {};
}

function remembered<T>(kept: Map<string, T>, key: string, make: () => T): T {
  let found = kept.get(key);
  if (found !== undefined) return found;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, (found = make()));
  return found;
}
