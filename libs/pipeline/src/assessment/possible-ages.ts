import type { Encoder } from '@ehrsynth/matrix';
import { ageInYears, type PatientRecord } from '@ehrsynth/records';
import { eventLimits } from '@ehrsynth/vocab';

/**
 * Codes that stand in patients' records at ages that may have them, by their dates. A row knows the age at the end of the record alone, from
 * which a code of childhood looks impossible in a record that goes on for decades.
 */
export class PossibleAges {
  /** Ages, of the columns that not all ages may have. */
  private readonly limits: Map<number, readonly [from: number, to: number]>;
  private readonly columnsOf = new Map<string, Set<number>>();

  constructor(private readonly encoder: Encoder) {
    this.limits = new Map(
      encoder.columns.flatMap(({ system, code }, column) => {
        const { minAge, maxAge } = eventLimits(system, code) ?? {};
        return minAge === undefined && maxAge === undefined ? [] : [[column, [minAge ?? 0, maxAge ?? Infinity]]];
      }),
    );
  }

  add({ id, birthDate, events }: PatientRecord): void {
    if (birthDate === undefined || this.limits.size === 0) return;
    const [possible, impossible] = [new Set<number>(), new Set<number>()];
    for (const event of events) {
      const column = this.encoder.columnOf(event);
      const limits = column === undefined ? undefined : this.limits.get(column);
      if (!limits) continue;
      const age = event.start === undefined ? NaN : Math.floor(ageInYears(birthDate, event.start));
      (age >= limits[0] && age <= limits[1] ? possible : impossible).add(column!);
    }
    for (const column of impossible) possible.delete(column);
    if (possible.size > 0) this.columnsOf.set(id, possible);
  }

  /** Whether each of the patient's events of the column is at a possible age. */
  readonly has = (id: string, column: number): boolean => this.columnsOf.get(id)?.has(column) ?? false;
}
