import { appendFile, readFile } from 'node:fs/promises';
import { LedgerError } from './errors.ts';

/** A line of a cohort's ledger: one release that was asked for. */
export interface ReleaseTry {
  /** ISO time. */
  date: string;
  /** SHA-256 of the records that were drawn. */
  sample: string;
  /** Seed that they were drawn with. */
  generateSeed: number;
  /** Seed that they were measured with. */
  evaluationSeed: number;
  /** SHA-256 of the policy as it was used. */
  policy: string;
  outcome: 'passed' | 'refused';
  /** Gates that did not pass. */
  failed: string[];
}

/** How often a release was asked for from a cohort: picking the best of many samples weakens what a gate says. */
export interface Tries {
  /** Different tries; the same sample, measured with the same seed against the same policy, counts once. */
  asked: number;
  samples: number;
  evaluationSeeds: number;
  refused: number;
}

/**
 * Adds a line to a ledger and counts all that it has, this one included.
 * @throws LedgerError where it cannot be read or written, or a line is damaged
 */
export async function recordTry(path: string, entry: ReleaseTry): Promise<Tries> {
  const before = await linesOf(path);
  await appendFile(path, `${JSON.stringify(entry)}\n`, { flush: true }).catch((cause) => {
    throw new LedgerError('cannot be written', path, cause);
  });
  return triesOf([...before, entry]);
}

export function triesOf(entries: readonly ReleaseTry[]): Tries {
  const distinct = new Map(entries.map((entry) => [`${entry.sample} ${entry.evaluationSeed} ${entry.policy}`, entry]));
  return {
    asked: distinct.size,
    samples: new Set(entries.map(({ sample }) => sample)).size,
    evaluationSeeds: new Set(entries.map(({ evaluationSeed }) => evaluationSeed)).size,
    refused: [...distinct.values()].filter(({ outcome }) => outcome === 'refused').length,
  };
}

async function linesOf(path: string): Promise<ReleaseTry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new LedgerError('cannot be read', path, error);
  });
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as ReleaseTry;
    } catch (cause) {
      throw new LedgerError('is damaged', `${path}, line ${i + 1}`, cause);
    }
  });
}
