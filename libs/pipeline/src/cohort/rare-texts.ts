import {
  type Code,
  type CodedEvent,
  OMOP_CONCEPT,
  OMOP_VOCABULARY,
  type Quantity,
  System,
  withoutUnit,
  withQuantities,
} from '@ehrsynth/records';
import { UCUM, ucumOf, withUsualUnit } from '@ehrsynth/units';

/** How many training patients have each text. */
export type CountedTexts = [text: string, patients: number][];

/**
 * Units that nobody knows, and codes of answers and routes in systems that nobody knows: where few training patients have one, it may be a
 * text about a patient (a name, a number of an insurance) that stands where a unit or a code should.
 */
export class RareTexts {
  /** By text: how many training patients have it, and the last of them. */
  private readonly patients = new Map<string, { count: number; last: number }>();
  private patient = 0;

  constructor(private readonly minPatients: number) {}

  /** Counts the texts of one patient's events. @param isTraining whether the patient counts; the texts of others are known as well */
  add(events: readonly CodedEvent[], isTraining: boolean): void {
    this.patient++;
    for (const event of events) {
      for (const text of textsOf(event)) {
        let held = this.patients.get(text);
        if (!held) this.patients.set(text, (held = { count: 0, last: 0 }));
        if (isTraining && held.last !== this.patient) held.count++;
        held.last = this.patient;
      }
    }
  }

  /** What was counted, as JSON that `include` takes. */
  counted(): CountedTexts {
    return [...this.patients].map(([text, { count }]) => [text, count]);
  }

  /** Adds what another one counted of other patients. */
  include(counted: CountedTexts): void {
    for (const [text, more] of counted) {
      const held = this.patients.get(text) ?? { count: 0, last: 0 };
      this.patients.set(text, { ...held, count: held.count + more });
    }
  }

  /** Whether there is a text that too few patients have. */
  get hasAny(): boolean {
    return [...this.patients.values()].some(({ count }) => count < this.minPatients);
  }

  /** The event without such units and codes; the same where it has none. */
  without(event: CodedEvent): CodedEvent {
    if (textsOf(event).every((text) => this.isKept(text))) return event;
    const { answer, route, ...rest } = withQuantities(event, (quantity) => this.withKnownUnit(quantity));
    const isRare = (code: Code | undefined) => code !== undefined && !isKnown(code) && !this.isKept(keyOf(code));
    const way = isRare(route?.code) ? route?.text !== undefined && { text: route.text } : route;
    return {
      ...rest,
      ...(answer && !isRare(answer) && { answer }),
      ...(way && { route: way }),
    };
  }

  /** A unit as it may be shown: itself, or `other units`. */
  shown(unit: string): string {
    const texts = unitTexts({ unit });
    return texts.every((text) => this.isKept(text)) ? unit : 'other units';
  }

  private isKept(text: string): boolean {
    return (this.patients.get(text)?.count ?? 0) >= this.minPatients;
  }

  private withKnownUnit(quantity: Quantity): Quantity | undefined {
    if (unitTexts(quantity).every((text) => this.isKept(text))) return quantity;
    const usual = withUsualUnit(quantity);
    if (!usual || usual.code === undefined || UNITS.has(usual.system)) return usual;
    return withoutUnit(usual, { unit: false, code: true });
  }
}

function textsOf({ quantity, dose, answer, route }: CodedEvent): readonly string[] {
  if (!quantity && !dose && !answer && !route) return NONE;
  const texts = [...unitTexts(quantity), ...unitTexts(dose)];
  for (const code of [answer, route?.code]) if (code && !isKnown(code)) texts.push(keyOf(code));
  return texts;
}

const NONE: readonly string[] = [];

/** Of a quantity whose unit is not in use, or whose code is of another system than UCUM: its unit and its code. */
function unitTexts(quantity: Quantity | undefined): readonly string[] {
  if (!quantity || (quantity.unit === undefined && quantity.code === undefined)) return NONE;
  const { unit, system, code } = quantity;
  const texts: string[] = [];
  if (unit !== undefined && !isInUse({ unit }) && !isContradiction(unit)) texts.push(`unit|${unit}`);
  if (code !== undefined && (!UNITS.has(system) || !isInUse({ system, code })))
    texts.push(`unit|${system ?? ''}|${code}`);
  return texts;
}

/** Whose codes are not texts. */
const UNITS: ReadonlySet<string | undefined> = new Set([UCUM, OMOP_CONCEPT]);

function isInUse(part: Quantity): boolean {
  return withUsualUnit(part) === part;
}

/** Two units that contradict each other, as CommonUnits writes them: mg/dL (code mmol/L). */
function isContradiction(unit: string): boolean {
  const [, text, code] = /^(.+) \(code (.+)\)$/.exec(unit) ?? [];
  return code !== undefined && [text, code].every((one) => ucumOf({ unit: one }) && isInUse({ unit: one }));
}

function keyOf({ system, code }: Code): string {
  return `code|${system}|${code}`;
}

const SYSTEMS: ReadonlySet<string> = new Set(Object.values(System));
/** HL7's own, and those of OHDSI, have codes that are the same everywhere. */
const PUBLISHED = ['http://terminology.hl7.org/', 'http://hl7.org/fhir/', OMOP_VOCABULARY, OMOP_CONCEPT];

function isKnown({ system, code }: Code): boolean {
  const isPublished = SYSTEMS.has(system) || PUBLISHED.some((start) => system.startsWith(start));
  return isPublished && !/\s/.test(code);
}
