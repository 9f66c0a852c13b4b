import type { Histories } from '@ehrsynth/histories';
import type { EventKind } from '@ehrsynth/records';

/** Codes of one kind that most patients have, the commonest first; none that fewer than `fewest` have. */
export function commonCodes(
  { arrays, dictionary, patients }: Histories,
  kind: EventKind,
  count: number,
  fewest: number,
): number[] {
  const carriers = new Int32Array(dictionary.codes.length);
  const last = new Int32Array(dictionary.codes.length).fill(-1);
  for (let patient = 0; patient < patients; patient++) {
    const to = arrays.eventStarts[arrays.visitStarts[patient + 1]];
    for (let at = arrays.eventStarts[arrays.visitStarts[patient]]; at < to; at++) {
      const code = arrays.code[at];
      if (last[code] === patient) continue;
      last[code] = patient;
      carriers[code]++;
    }
  }
  return [...carriers.keys()]
    .filter((code) => dictionary.codes[code].kind === kind && carriers[code] >= fewest)
    .sort((a, b) => carriers[b] - carriers[a] || a - b)
    .slice(0, count);
}

/** Place of each number among some; −1 of the others. */
export function placesOf(numbers: readonly number[], length: number): Int32Array {
  const places = new Int32Array(length).fill(-1);
  numbers.forEach((number, place) => (places[number] = place));
  return places;
}
