import type { Histories } from '@ehrsynth/histories';

/** Values of a (code, unit) that held-out patients must have for it to be judged. */
export const MIN_VALUES = 50;

/** A code with the unit that its values are in; 0 is no unit. */
export interface Lab {
  code: number;
  unit: number;
}

export interface Labs {
  /** Judged, the one with most values first. */
  labs: Lab[];
  /** How many held-out patients have too few values of, or that too few of them have. */
  leftOut: number;
}

/** Each (code, unit) of measurements of which held-out patients have 50 values, and at least `minPatients` of them one. */
export function labsOf({ arrays, dictionary, patients }: Histories, minPatients: number): Labs {
  const found = new Map<number, { lab: Lab; values: number; people: number; last: number }>();
  const units = dictionary.units.texts.length;
  for (let patient = 0; patient < patients; patient++) {
    const [from, to] = eventsOf(arrays, patient);
    for (let at = from; at < to; at++) {
      if (!isValue(arrays, dictionary, at)) continue;
      const [code, unit] = [arrays.code[at], arrays.unit[at]];
      const key = code * units + unit;
      let one = found.get(key);
      if (!one) found.set(key, (one = { lab: { code, unit }, values: 0, people: 0, last: -1 }));
      one.values++;
      if (one.last !== patient) one.people++;
      one.last = patient;
    }
  }
  const judged = [...found.values()]
    .filter(({ values, people }) => values >= MIN_VALUES && people >= minPatients)
    .sort((a, b) => b.values - a.values || a.lab.code - b.lab.code || a.lab.unit - b.lab.unit);
  return { labs: judged.map(({ lab }) => lab), leftOut: found.size - judged.length };
}

/** First event of a patient and the first of the next. */
export function eventsOf(
  { visitStarts, eventStarts }: Histories['arrays'],
  patient: number,
): [from: number, to: number] {
  return [eventStarts[visitStarts[patient]], eventStarts[visitStarts[patient + 1]]];
}

function isValue({ value, code }: Histories['arrays'], dictionary: Histories['dictionary'], at: number): boolean {
  return Number.isFinite(value[at]) && dictionary.codes[code[at]].kind === 'measurement';
}

/** Number of the lab that an event is a value of; −1 of none. */
export class LabFinder {
  private readonly ofCode: (readonly [unit: number, lab: number][])[] = [];

  constructor(labs: readonly Lab[]) {
    labs.forEach(({ code, unit }, lab) => {
      this.ofCode[code] = [...(this.ofCode[code] ?? []), [unit, lab]];
    });
  }

  find({ code, unit, value }: Histories['arrays'], at: number): number {
    const own = this.ofCode[code[at]];
    if (!own || !Number.isFinite(value[at])) return -1;
    for (const [ofUnit, lab] of own) if (ofUnit === unit[at]) return lab;
    return -1;
  }
}
