import { createHash } from 'node:crypto';
import type { CodeMatrix } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { SameRunError } from './errors.ts';

/** Sums of SHA-256 are kept to as many bits. */
const BITS = 256;

/**
 * Refuses a run whose patients are those of another one, by what they hold: whatever their ids and their order. A range over the same
 * patients would say nothing of chance.
 */
export class DistinctRuns {
  private readonly bySum = new Map<string, string>();

  /** @param runs how many there are: the patients of a single one are not looked at */
  constructor(private readonly runs: number) {}

  /** @param sum of a run's patients @throws SameRunError */
  add(sum: string, folder: string): void {
    const other = this.bySum.get(sum);
    if (other !== undefined) throw new SameRunError(other, folder);
    this.bySum.set(sum, folder);
  }

  /** The records of a run as they are read. @throws SameRunError when all have been read */
  async *ofRecords(records: AsyncIterable<PatientRecord>, folder: string): AsyncGenerator<PatientRecord> {
    if (this.runs === 1) return yield* records;
    const sum = new PeopleSum();
    for await (const record of records) {
      sum.add(contentOf(record));
      yield record;
    }
    this.add(`records ${sum.text}`, folder);
  }

  /** @throws SameRunError */
  addRows(matrix: CodeMatrix, folder: string): void {
    if (this.runs === 1) return;
    const sum = new PeopleSum();
    for (let row = 0; row < matrix.rows; row++) sum.add(JSON.stringify([...matrix.entries(row)]));
    this.add(`rows ${sum.text}`, folder);
  }
}

/** The sum of everybody's digest, which is the same in any order. */
class PeopleSum {
  private sum = 0n;

  add(content: string): void {
    const digest = BigInt(`0x${createHash('sha256').update(content).digest('hex')}`);
    this.sum = BigInt.asUintN(BITS, this.sum + digest);
  }

  get text(): string {
    return this.sum.toString(16);
  }
}

/** What a record holds, but for its ids and their order. */
function contentOf({ sex, birthDate, race, events }: PatientRecord): string {
  const held = events.map(({ kind, code, start, quantity }) =>
    JSON.stringify([kind, code.system, code.code, start, quantity?.value]),
  );
  return JSON.stringify([sex, birthDate, race, held.sort()]);
}
