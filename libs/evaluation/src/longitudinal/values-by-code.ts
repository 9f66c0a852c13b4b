import { packed } from './distances.ts';
import type { Side } from './side.ts';

/** Whole numbers of each code, packed with their groups and sorted. */
export interface ValuesByCode {
  /** Codes + 1 offsets. */
  starts: Int32Array;
  values: Int32Array;
}

/** Gives each whole number of an entry: a code of a patient with its days, from one place of `occurrences.days` to another. */
export type EntryValues = (patient: number, fromDay: number, toDay: number, give: (value: number) => void) => void;

/** The values of all entries of a side, by code. */
export function valuesByCode({ occurrences, groups }: Side, codes: number, entryValues: EntryValues): ValuesByCode {
  const starts = new Int32Array(codes + 1);
  const each = (take: (code: number, value: number, group: number) => void) => {
    for (let patient = 0; patient < groups.length; patient++) {
      for (let entry = occurrences.starts[patient]; entry < occurrences.starts[patient + 1]; entry++) {
        const code = occurrences.codes[entry];
        entryValues(patient, occurrences.dayStarts[entry], occurrences.dayStarts[entry + 1], (value) =>
          take(code, value, groups[patient]),
        );
      }
    }
  };
  each((code) => starts[code + 1]++);
  for (let code = 0; code < codes; code++) starts[code + 1] += starts[code];
  const next = starts.slice(0, codes);
  const values = new Int32Array(starts[codes]);
  each((code, value, group) => (values[next[code]++] = packed(value, group)));
  for (let code = 0; code < codes; code++) values.subarray(starts[code], starts[code + 1]).sort();
  return { starts, values };
}

/** The values of one code. */
export function valuesOf({ starts, values }: ValuesByCode, code: number): Int32Array {
  return values.subarray(starts[code], starts[code + 1]);
}
