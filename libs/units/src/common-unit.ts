import { type Code, type CodedEvent, type Quantity, UCUM, withoutUnit } from '@ehrsynth/records';
import { type Conversion, conversionOf, converted } from './conversion.ts';
import { ucumOf } from './spellings.ts';

/** How a code's values were brought to one unit, in numbers of values. */
export interface UnitReport {
  code: Code;
  /** UCUM's code of the unit that most values have. */
  unit: string;
  values: number;
  converted: number;
  /**
   * Values that keep a unit of their own, by that unit: nothing turns it into the code's, or it is a text that contradicts its code,
   * as "mg/dL (code mmol/L)".
   */
  kept: Record<string, number>;
  withoutUnit: number;
}

/** How often each code's values have each unit, and how often that counts. */
export type CountedUnits = { code: Code; byUnit: [unit: string, values: number][]; said: [string, number][] }[];

interface Counts {
  code: Code;
  /** By UCUM's code, or by the unit as written where UCUM does not have it, as `text:…`; '' where there is none. */
  byUnit: Map<string, number>;
  /** Of these, those that count in the choice. */
  said: Map<string, number>;
  /** The unit that they are brought to, once it is asked for. */
  chosen?: string;
}

/** One unit for each code, chosen by how many values have it. */
export class CommonUnits {
  private readonly codes = new Map<string, Counts>();

  /**
   * Counts a value's unit, and gives the event with it as UCUM writes it; so it does with the unit of a dose, which is never converted.
   * @param hasSay whether it counts in the choice
   */
  add(event: CodedEvent, hasSay = true): CodedEvent {
    const { kind, code, quantity, dose } = event;
    if (dose) {
      const written = inUcum(dose);
      return written === dose ? event : { ...event, dose: written };
    }
    if (kind !== 'measurement' || quantity?.value === undefined) return event;
    const key = keyOf(code);
    let counts = this.codes.get(key);
    if (!counts) this.codes.set(key, (counts = { code: withoutTitle(code), byUnit: new Map(), said: new Map() }));
    const unit = nameOf(quantity, code);
    counts.byUnit.set(unit, (counts.byUnit.get(unit) ?? 0) + 1);
    if (hasSay) counts.said.set(unit, (counts.said.get(unit) ?? 0) + 1);
    if (unit === '' || (TEXT.test(unit) && !CONTRADICTION.test(unit))) return event;
    const written = withUnit(quantity, unit.replace(TEXT, ''));
    return written === quantity ? event : { ...event, quantity: written };
  }

  /** What was counted, as JSON that `include` takes. */
  counted(): CountedUnits {
    return [...this.codes.values()].map(({ code, byUnit, said }) => ({ code, byUnit: [...byUnit], said: [...said] }));
  }

  /** Adds what another one counted of other patients' values. */
  include(counted: CountedUnits): void {
    for (const { code, byUnit, said } of counted) {
      const key = keyOf(code);
      let counts = this.codes.get(key);
      if (!counts) this.codes.set(key, (counts = { code, byUnit: new Map(), said: new Map() }));
      for (const [unit, count] of byUnit) counts.byUnit.set(unit, (counts.byUnit.get(unit) ?? 0) + count);
      for (const [unit, count] of said) counts.said.set(unit, (counts.said.get(unit) ?? 0) + count);
    }
  }

  /** Whether a code has values in more than one unit. */
  get isMixed(): boolean {
    return [...this.codes.values()].some(({ byUnit }) => byUnit.size > 1);
  }

  /** The event with its value, and the range that is normal, in its code's unit; as it is where nothing turns one into the other. */
  apply(event: CodedEvent): CodedEvent {
    const { kind, code, quantity, referenceRange } = event;
    if (kind !== 'measurement' || quantity?.value === undefined) return event;
    const counts = this.codes.get(keyOf(code));
    const from = nameOf(quantity, code);
    const unit = counts && chosenUnit(counts);
    if (unit === undefined || from === unit) return event;
    const way = wayOf(code, from, unit);
    if (!way) return event;
    const { value, comparator } = quantity;
    return {
      ...event,
      quantity: { value: converted(value, way), ...(comparator && { comparator }), unit },
      ...(referenceRange && {
        referenceRange: {
          ...(referenceRange.low !== undefined && { low: converted(referenceRange.low, way) }),
          ...(referenceRange.high !== undefined && { high: converted(referenceRange.high, way) }),
        },
      }),
    };
  }

  /**
   * Of each code with more than one unit, or values without one.
   * @param shown what stands for a unit that UCUM does not have, which may be a text about one patient
   */
  report(shown: (unit: string) => string = (unit) => unit): UnitReport[] {
    const named = (unit: string) => shown(unit.replace(TEXT, ''));
    return [...this.codes.values()]
      .filter(({ byUnit }) => byUnit.size > 1)
      .map((counts) => {
        const unit = chosenUnit(counts);
        const report: UnitReport = {
          code: counts.code,
          unit: named(unit),
          values: 0,
          converted: 0,
          kept: {},
          withoutUnit: 0,
        };
        for (const [from, number] of counts.byUnit) {
          report.values += number;
          if (from === unit) continue;
          if (from === '') report.withoutUnit += number;
          else if (wayOf(counts.code, from, unit)) report.converted += number;
          else report.kept[named(from)] = (report.kept[named(from)] ?? 0) + number;
        }
        return report;
      });
  }
}

/** The unit that most values have; of those that as many have, the first by name. Values without one have no say. */
function chosenUnit(counts: Counts): string {
  if (counts.chosen === undefined) {
    const units = [...counts.byUnit.keys()].filter((unit) => unit !== '');
    const say = (unit: string) => counts.said.get(unit) ?? 0;
    [counts.chosen = ''] = units.sort((a, b) => say(b) - say(a) || (a < b ? -1 : 1));
  }
  return counts.chosen;
}

const TEXT = /^text:/;

const CONTRADICTION = /^text:.* \(code .*\)$/;

function nameOf(quantity: Quantity, code: Code): string {
  const unit = ucumOf(quantity);
  if (unit !== undefined) return contradicts(quantity, unit, code) ? `text:${quantity.unit} (code ${unit})` : unit;
  const written = quantity.unit ?? (quantity.system === UCUM ? undefined : quantity.code);
  return written ? `text:${written}` : '';
}

/** Whether the text and UCUM's code beside it are two units, neither of them with an annotation. */
function contradicts({ unit, system, code }: Quantity, ucum: string, of: Code): boolean {
  if (unit === undefined || unit === code || system !== UCUM || code === undefined) return false;
  const written = ucumOf({ unit });
  if (written === undefined || written === ucum) return false;
  const way = conversionOf(of, written, ucum);
  return way ? way.factor !== 1 || way.offset !== 0 : ![written, ucum].some((one) => one.includes('{'));
}

function inUcum(dose: Quantity): Quantity {
  const unit = ucumOf(dose);
  return unit === undefined ? dose : withUnit(dose, unit);
}

/** The same where it has no other already. */
function withUnit(quantity: Quantity, unit: string): Quantity {
  if (unit === quantity.unit && !quantity.system && !quantity.code) return quantity;
  return { ...withoutUnit(quantity, { unit: true, code: true }), unit };
}

function wayOf(code: Code, from: string, to: string): Conversion | undefined {
  return from === '' || TEXT.test(from) || TEXT.test(to) ? undefined : conversionOf(code, from, to);
}

function keyOf({ system, code }: Code): string {
  return `${system}|${code}`;
}

function withoutTitle({ system, code }: Code): Code {
  return { system, code };
}
