import type { Dictionary } from '@ehrsynth/histories';
import type { EventKind } from '@ehrsynth/records';

/** Codes of a system that begin with one of some texts, points read over; of SNOMED and LOINC whole codes. */
export interface CodePrefixes {
  system: string;
  prefixes: readonly string[];
  /** Whole codes only. */
  exact?: boolean;
  /** Events of these kinds only. */
  kinds?: readonly EventKind[];
}

/** Codes of any of some systems. */
export type CodeSet = readonly CodePrefixes[];

/** Which codes of a dictionary are in a set: 1 or 0 of each. */
export function membersOf(set: CodeSet, { codes }: Dictionary): Uint8Array {
  return Uint8Array.from(codes, ({ kind, code }) =>
    Number(
      set.some(
        ({ system, prefixes, exact, kinds }) =>
          system === code.system &&
          (kinds === undefined || kinds.includes(kind)) &&
          prefixes.some((prefix) => (exact ? code.code === prefix : plain(code.code).startsWith(plain(prefix)))),
      ),
    ),
  );
}

function plain(code: string): string {
  return code.replaceAll('.', '').toUpperCase();
}
