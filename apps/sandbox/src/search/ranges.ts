import type { Column, Question } from './column.ts';
import { rangeOfNode } from './dates.ts';
import { splitUnescaped, unescaped } from './escapes.ts';
import { wrongValue } from './errors.ts';
import { dateTest, numberTest, type Test } from './prefixes.ts';
import { isUnit, measured, type Unit } from './quantities.ts';
import { append, lowerBound, type Slots } from './slots.ts';

/** Places with limits, looked through one after another: a million take some milliseconds. */
abstract class RangeColumn implements Column {
  readonly present: number[] = [];
  readonly modifiers: readonly string[] = [];
  protected readonly slots: number[] = [];
  readonly lows: number[] = [];
  readonly highs: number[] = [];

  abstract add(slot: number, nodes: unknown[]): void;
  abstract find(question: Question): Slots;

  protected push(slot: number, low: number, high: number): void {
    this.slots.push(slot);
    this.lows.push(low);
    this.highs.push(high);
    append(this.present, slot);
  }

  protected scan(test: Test, isAsked: (row: number) => boolean, within: Slots | undefined): Slots {
    const found: number[] = [];
    const look = (row: number) => {
      if (test(this.lows[row], this.highs[row]) && isAsked(row)) append(found, this.slots[row]);
    };
    if (within === undefined || within.length * 16 > this.slots.length) {
      for (let row = 0; row < this.slots.length; row++) look(row);
      return found;
    }
    for (const slot of within) for (let row = lowerBound(this.slots, slot); this.slots[row] === slot; row++) look(row);
    return found;
  }

  /** The least of a place's lower limits, or the greatest of its upper ones; NaN where it has none. */
  extremes(slots: Slots, isGreatest: boolean): (slot: number) => number {
    const limits = isGreatest ? this.highs : this.lows;
    const better = (value: number, best: number) => (isGreatest ? value > best : value < best);
    if (slots.length * 16 < this.slots.length) {
      return (slot) => {
        let best = NaN;
        for (let row = lowerBound(this.slots, slot); this.slots[row] === slot; row++)
          if (Number.isNaN(best) || better(limits[row], best)) best = limits[row];
        return best;
      };
    }
    // Of many places: all of them at once, to be looked up.
    const extremes = new Float64Array(1 + (this.present.at(-1) ?? 0)).fill(NaN);
    for (const [row, slot] of this.slots.entries())
      if (Number.isNaN(extremes[slot]) || better(limits[row], extremes[slot])) extremes[slot] = limits[row];
    return (slot) => extremes[slot] ?? NaN;
  }
}

export class DateColumn extends RangeColumn {
  add(slot: number, nodes: unknown[]): void {
    for (const node of nodes) {
      const range = rangeOfNode(node);
      if (range) this.push(slot, range.low, range.high);
    }
  }

  find({ code, value, within }: Question): Slots {
    return this.scan(dateTest(code, unescaped(value), Date.now()), () => true, within);
  }
}

/** Numbers and quantities. Units are compared as they are written: nothing is converted. */
export class QuantityColumn extends RangeColumn {
  private readonly units: Unit[] = [];
  /** Equal units are kept once. */
  private readonly known = new Map<string, Unit>();

  add(slot: number, nodes: unknown[]): void {
    for (const node of nodes) {
      const found = measured(node);
      if (!found) continue;
      const { system = '', code = '', unit = '' } = found.unit;
      const key = `${system}|${code}|${unit}`;
      if (!this.known.has(key)) this.known.set(key, found.unit);
      this.units.push(this.known.get(key)!);
      this.push(slot, found.low, found.high);
    }
  }

  /** @see https://hl7.org/fhir/R4/search.html#quantity */
  find({ code, value, within }: Question): Slots {
    const [number, system = '', unit = '', ...more] = splitUnescaped(value, '|').map(unescaped);
    if (more.length > 0)
      throw wrongValue(code, value, 'number|system|code, such as gt5.4|http://unitsofmeasure.org|mg/dL');
    const units = new Map([...this.known.values()].map((one) => [one, isUnit(one, system, unit)]));
    return this.scan(numberTest(code, number), (row) => units.get(this.units[row])!, within);
  }
}

export { RangeColumn };
