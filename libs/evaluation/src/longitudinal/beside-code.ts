import { KeyCounts } from './key-counts.ts';
import { type Places, placesOf, rowsOf } from './occurrences.ts';
import type { Sequences, Side } from './side.ts';

/** Of an occurrence (its place among the codes of visits, and its visit): the places of the codes that stand beside it; none where from is to. */
export type Beside = (place: number, visit: number, sequences: Sequences) => readonly [from: number, to: number];

/** Of one code at a time: how often each other code stands beside it, and in how many records it does. */
export class BesideCode {
  readonly records: KeyCounts;
  readonly visits: KeyCounts;
  private readonly places: Places;
  private readonly visitOf: Int32Array;
  private readonly lastPatient: Int32Array;

  constructor(
    private readonly side: Side,
    codes: number,
    private readonly beside: Beside,
  ) {
    this.records = new KeyCounts(codes);
    this.visits = new KeyCounts(codes);
    this.places = placesOf(side.sequences.codes, codes);
    this.visitOf = rowsOf(side.sequences.codeStarts, side.sequences.codes.length);
    this.lastPatient = new Int32Array(codes);
  }

  count(code: number): void {
    const { groups, sequences } = this.side;
    const { codes, patients } = sequences;
    this.lastPatient.fill(-1);
    for (let i = this.places.starts[code]; i < this.places.starts[code + 1]; i++) {
      const place = this.places.places[i];
      const visit = this.visitOf[place];
      const patient = patients[visit];
      const group = groups[patient];
      const [from, to] = this.beside(place, visit, sequences);
      for (let at = from; at < to; at++) {
        const other = codes[at];
        this.visits.add(other, group);
        if (this.lastPatient[other] === patient) continue;
        this.lastPatient[other] = patient;
        this.records.add(other, group);
      }
    }
  }

  clear(): void {
    this.records.clear();
    this.visits.clear();
  }
}
