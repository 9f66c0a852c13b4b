import type { Problem, Tally } from '@ehrsynth/records';

/** A file, or a table of a database, that is not read, and why. */
export interface UnreadFile {
  where: string;
  reason: string;
  /** False for what is beside the data as a rule. */
  mayHoldData: boolean;
}

/** What a source has, read or not. */
export interface Inventory {
  /** Files that are read. */
  read: string[];
  notRead: UnreadFile[];
  /** Tables of the CDM that are not asked for, with where they are. */
  otherTables: Map<string, string[]>;
  /** Rows of those of them whose number is known without reading them. */
  rows: Map<string, number>;
  /** Of which of these the number is an estimate. */
  estimated?: Set<string>;
  /** What is worth knowing of so many rows. */
  noted: { note: Problem; rows: number }[];
}

/** Counts what is there and not read, and lists what is read. @throws BadInputError where the tally stops */
export function reportInventory({ read, notRead, rows, estimated, noted }: Inventory, tally: Tally): void {
  tally.filesRead.push(...read);
  for (const { where, reason, mayHoldData } of notRead) tally.fileNotRead({ where, reason }, mayHoldData);
  for (const one of noted) tally.note(one.note, one.rows);
  for (const [table, count] of [...rows].sort())
    if (count > 0)
      tally.skip(
        table,
        `table of the CDM that is not read${estimated?.has(table) ? ' (rows as the server estimates)' : ''}`,
        count,
      );
}
