import { UserError } from '@ehrsynth/io';

/** What came of a mutated file or resource. */
export interface Outcome {
  /** "read", "refused in words", "with findings" … */
  what: string;
  times: number;
}

/** A mutation that ended in neither. */
export interface Crash {
  /** What was done to what. */
  mutation: string;
  error: string;
}

/** A kind of input, mutated in steps that are each repeatable by the seed and their number. */
export interface FuzzPart {
  name: string;
  /** Mutations of a step. */
  size: number;
  /** Makes what is mutated. @param folder of its own */
  open(folder: string, seed: number): Promise<(step: number) => Promise<{ outcomes: Outcome[]; crashes: Crash[] }>>;
}

/** Whether an error is one for users; what else it is, where it is not. */
export function crashOf(error: unknown): string | undefined {
  if (error instanceof UserError) return undefined;
  const { stack, message } = error as Error;
  return (stack ?? message ?? String(error)).split('\n').slice(0, 3).join(' / ').slice(0, 300);
}

/** Runs one read, and says how it ended. */
export async function outcomeOf(
  mutation: string,
  read: () => Promise<string>,
): Promise<{ outcomes: Outcome[]; crashes: Crash[] }> {
  try {
    return { outcomes: [{ what: await read(), times: 1 }], crashes: [] };
  } catch (error) {
    const crash = crashOf(error);
    if (crash === undefined) return { outcomes: [{ what: 'refused in words', times: 1 }], crashes: [] };
    return { outcomes: [], crashes: [{ mutation, error: crash }] };
  }
}
