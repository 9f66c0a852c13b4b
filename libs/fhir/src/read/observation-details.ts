import { type CodedEvent, type Quantity, quoted, sampleOf } from '@ehrsynth/records';
import { ucumOf } from '@ehrsynth/units';
import type { EventDetails } from './details.ts';
import { elementOf, elementsOf, type Loose, textOf } from './elements.ts';
import type { Note } from './note.ts';
import { quantityOf } from './quantity.ts';
import type { Resource } from './resources.ts';

/** HL7's observation-category of an Observation: the first that is known. */
export function categoryIn({ category }: Resource): string | undefined {
  for (const { system, code } of codingsIn(category)) {
    if (system !== undefined && !CATEGORY_SYSTEM.test(system)) continue;
    if (CATEGORIES.has(code)) return code;
  }
  return undefined;
}

/** Adds how a value is to be read, and between which values it is normal: of an Observation or a component. */
export function addReading(details: EventDetails, element: Loose, path: string, notes: Note[]): void {
  const interpretation = element.interpretation ? interpretationIn(element.interpretation, notes) : undefined;
  if (interpretation) details.interpretation = interpretation;
  const range =
    element.referenceRange && rangeIn(element.referenceRange, `${path}.referenceRange`, details.quantity, notes);
  if (range) details.referenceRange = range;
}

const CATEGORY_SYSTEM = /(?:^|\/)observation-category\/?$/;
/** @see R4, codesystem-observation-category.html */
const CATEGORIES = new Set(
  'social-history vital-signs imaging laboratory procedure survey exam therapy activity'.split(' '),
);

/** v3-ObservationInterpretation and v2's table 0078, by their present and former URIs and OIDs. */
const INTERPRETATION_SYSTEM =
  /(?:(?:^|\/)(?:(?:v3-|v3\/)?ObservationInterpretation|v2[-/]0078)|^(?:urn:oid:)?2\.16\.840\.1\.113883\.(?:5\.83|12\.78))\/?$/;
/** @see HL7 Terminology, v3-ObservationInterpretation; table 0078 has no others, but for the null that says nothing */
const INTERPRETATIONS = new Set(
  `CAR B D U W < > AC IE QCF TOX A AA HH LL H HU L LU N I MS NCL NS R SYN-R S SDD SYN-S VS HX LX HM IND E NEG ND POS DET
  EXP UNE NR RR WR EX`.split(/\s+/),
);
/** Codes of former releases, by what took their place. */
const FORMER: Record<string, string> = { Carrier: 'CAR', 'H>': 'HU', 'L<': 'LU', 'HH*': 'HH', 'LL*': 'LL' };

function interpretationIn(value: unknown, notes: Note[]): string | undefined {
  const codings = codingsIn(value);
  for (const { system, code } of codings) {
    if (system !== undefined && !INTERPRETATION_SYSTEM.test(system)) continue;
    const known = Object.hasOwn(FORMER, code) ? FORMER[code] : code;
    if (INTERPRETATIONS.has(known)) return known;
  }
  const detail = codings[0]?.code ?? textOf(elementOf(listOf(value)[0]).text);
  if (detail !== undefined) {
    notes.push({ reason: 'interpretation of a value not read', detail: quoted(detail) });
  }
  return undefined;
}

/** The normal range, where several are given the first that is for normal values. */
function rangeIn(value: unknown, path: string, of: Quantity | undefined, notes: Note[]): CodedEvent['referenceRange'] {
  const all = elementsOf(value, path, notes);
  const normal = all.find((range) => isNormal(range) && (hasNumber(range.low) || hasNumber(range.high)));
  if (!normal) {
    if (all.length > 0) notes.push({ reason: 'reference range not read', detail: textOfRange(all[0]) });
    return undefined;
  }
  const low = quantityOf(normal.low, `${path}.low`, notes);
  const high = quantityOf(normal.high, `${path}.high`, notes);
  if (low && high && areApart(low, high)) {
    const detail = `${unitIn(low)} and ${unitIn(high)}`;
    notes.push({ reason: 'reference range whose low and high have different units, left out', detail });
    return undefined;
  }
  const other = [low, high].find((end) => end && of && areApart(end, of));
  if (other) {
    const detail = `${unitIn(other)} beside ${unitIn(of!)}`;
    notes.push({ reason: 'reference range in another unit than the value, left out', detail });
    return undefined;
  }
  if (low && high && low.value! > high.value!) {
    const detail = `${low.value}, ${high.value}`;
    notes.push({ reason: 'reference range whose low is above its high, left out', detail });
    return undefined;
  }
  return { ...(low && { low: low.value }), ...(high && { high: high.value }) };
}

/** @see R4, valueset-referencerange-meaning.html */
function isNormal({ type }: Loose): boolean {
  const [coding] = codingsIn(type);
  return coding === undefined || coding.code === 'normal';
}

function hasNumber(value: unknown): boolean {
  return typeof elementOf(value).value === 'number';
}

/** Both have a unit, and it is not the same. */
function areApart(a: Quantity, b: Quantity): boolean {
  if (a.unit === undefined || b.unit === undefined || a.unit === b.unit) return false;
  return (a.code ?? a.unit) !== (b.code ?? b.unit);
}

/** As a report may quote it: what can be understood as a unit. */
function unitIn({ unit, system, code }: Quantity): string {
  return quoted(unit!, () => ucumOf({ unit, system, code }) !== undefined);
}

function textOfRange({ text }: Loose): string {
  const words = textOf(text);
  return words === undefined ? 'no low and no high' : sampleOf(words);
}

/** The codings of one concept or several, those with a code. */
function codingsIn(value: unknown): { system?: string; code: string }[] {
  const found: { system?: string; code: string }[] = [];
  for (const concept of listOf(value)) {
    for (const coding of listOf(elementOf(concept).coding)) {
      const { system, code } = elementOf(coding);
      const word = textOf(code);
      if (word !== undefined) found.push({ system: textOf(system), code: word });
    }
  }
  return found;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
}
