import type { Histories } from '@ehrsynth/histories';

/** On which days each patient has each code. */
export interface Occurrences {
  /** Patients + 1 offsets into the entries: the codes of a patient, each once, ascending. */
  starts: Int32Array;
  codes: Int32Array;
  /** Entries + 1 offsets into the days: of each code of a patient, each day once, ascending. */
  dayStarts: Int32Array;
  days: Int32Array;
}

/** The codes of each patient with the days on which they occur. */
export function occurrencesOf({ arrays, patients, events }: Histories): Occurrences {
  const { visitStarts, eventStarts, code, day } = arrays;
  const starts = new Int32Array(patients + 1);
  const codes = new Int32Array(events);
  const dayStarts = new Int32Array(events + 1);
  const days = new Int32Array(events);
  let [entries, count] = [0, 0];
  for (let patient = 0; patient < patients; patient++) {
    const from = eventStarts[visitStarts[patient]];
    const to = eventStarts[visitStarts[patient + 1]];
    const order = byCodeAndDay(code, day, from, to);
    for (const packed of order) {
      const own = Math.floor(packed / DAYS);
      if (entries === starts[patient] || codes[entries - 1] !== own) {
        codes[entries] = own;
        dayStarts[entries++] = count;
      }
      const ownDay = (packed % DAYS) - DAYS / 2;
      if (count === dayStarts[entries - 1] || days[count - 1] !== ownDay) days[count++] = ownDay;
    }
    starts[patient + 1] = entries;
  }
  dayStarts[entries] = count;
  return {
    starts,
    codes: codes.slice(0, entries),
    dayStarts: dayStarts.slice(0, entries + 1),
    days: days.slice(0, count),
  };
}

/** More than the days of all calendars. */
const DAYS = 2 ** 23;

function byCodeAndDay(code: ArrayLike<number>, day: Int32Array, from: number, to: number): Float64Array {
  const packed = new Float64Array(to - from);
  for (let at = from; at < to; at++) packed[at - from] = code[at] * DAYS + day[at] + DAYS / 2;
  return packed.sort();
}

/** Where each code stands in sets of codes: codes + 1 offsets into places, which ascend. */
export interface Places {
  starts: Int32Array;
  places: Int32Array;
}

/** The places of each code. */
export function placesOf(codes: Int32Array, kinds: number): Places {
  const starts = new Int32Array(kinds + 1);
  for (const code of codes) starts[code + 1]++;
  for (let code = 0; code < kinds; code++) starts[code + 1] += starts[code];
  const places = new Int32Array(codes.length);
  const next = starts.slice(0, kinds);
  for (let at = 0; at < codes.length; at++) places[next[codes[at]]++] = at;
  return { starts, places };
}

/** The row of each place, of rows with offsets. */
export function rowsOf(starts: Int32Array, length: number): Int32Array {
  const rows = new Int32Array(length);
  for (let row = 0; row + 1 < starts.length; row++) rows.fill(row, starts[row], starts[row + 1]);
  return rows;
}
