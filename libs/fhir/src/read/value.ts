import { type Quantity, writtenNumber } from '@ehrsynth/records';
import { type Coding, codingsOf, type Concept } from './codings.ts';
import { type Loose, elementOf, textOf } from './elements.ts';
import type { EventDetails } from './details.ts';
import type { Note } from './note.ts';
import { quantityOf } from './quantity.ts';

export type Value = Pick<EventDetails, 'quantity' | 'answer' | 'text' | 'sourceText'>;

/**
 * The value of an Observation or of a component, in whichever of R4's forms: a number, a coded answer, or text. Undefined where it has
 * none. What is of a form that is not read is noted.
 * @param path Observation or Observation.component
 * @see R4, Observation.value[x]
 */
export function valueIn(element: Loose, path: string, notes: Note[]): Value | undefined {
  for (const name in element) {
    if (!name.startsWith('value')) continue;
    const value = element[name];
    if (value === undefined || value === null) continue;
    const read = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
    if (read) return read(value, `${path}.${name}`, notes);
    const isOfR4 = name === 'valueSampledData';
    notes.push({
      reason: isOfR4 ? 'SampledData, not read' : 'value of a type that R4 does not have, not read',
      detail: `${path}.${name}`.slice(0, 100),
    });
  }
  return undefined;
}

/** SNOMED CT's, for OMOP has standard concepts for these, and none for HL7's. */
export const YES: Coding = { system: 'http://snomed.info/sct', code: '373066001', display: 'Yes' };
export const NO: Coding = { system: 'http://snomed.info/sct', code: '373067005', display: 'No' };

/** What is longer is cut: a report is no value, and facts wait in memory. */
const LONGEST_TEXT = 1000;

const FORMS: Record<string, (value: unknown, path: string, notes: Note[]) => Value | undefined> = {
  valueQuantity: (value, path, notes) => {
    const quantity = quantityOf(value, path, notes);
    return quantity && { quantity };
  },
  valueCodeableConcept: ofConcept,
  valueInteger: ofNumber,
  valueDecimal: ofNumber,
  valueBoolean: (value) => (typeof value === 'boolean' ? { answer: [value ? YES : NO] } : undefined),
  valueString: (value, path, notes) => {
    const text = textOf(value);
    const quantity = text === undefined ? undefined : writtenNumber(text);
    return quantity ? { quantity } : ofText(text, path, notes);
  },
  valueRange: (value, path, notes) => ofText(rangeText(elementOf(value), path, notes), path, notes),
  valueRatio: (value, path, notes) => ofText(ratioText(elementOf(value), path, notes), path, notes),
  valueDateTime: (value, path, notes) => ofText(textOf(value), path, notes),
  valueTime: (value, path, notes) => ofText(textOf(value), path, notes),
  valuePeriod: (value, path, notes) => {
    const { start, end } = elementOf(value);
    const days = [textOf(start) ?? '..', textOf(end) ?? '..'];
    return days.every((day) => day === '..') ? undefined : ofText(days.join('/'), path, notes);
  },
};

function ofNumber(value: unknown): Value | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? { quantity: { value } } : undefined;
}

/** Its codings; its text where these do not say it as well. */
function ofConcept(value: unknown, path: string, notes: Note[]): Value | undefined {
  const all = codingsOf(value as Concept);
  const codings = all.filter(({ system }) => system !== '');
  const text = textOf(elementOf(value).text);
  if (codings.length === 0) return ofText(text ?? all[0]?.display ?? all[0]?.code, path, notes);
  const isSaid = text === undefined || codings.some(({ display }) => display === text);
  const cut = isSaid ? undefined : ofText(text, path, notes);
  return { answer: codings, ...(cut?.text && { sourceText: cut.text }) };
}

function ofText(text: string | undefined, path: string, notes: Note[]): Value | undefined {
  if (text === undefined) return undefined;
  if (text.length <= LONGEST_TEXT) return { text };
  notes.push({ reason: `text of more than ${LONGEST_TEXT} characters, cut`, detail: path });
  return { text: text.slice(0, LONGEST_TEXT) };
}

/** 5-10 mg, >=5 mg, <=10 mg */
function rangeText({ low, high }: Loose, path: string, notes: Note[]): string | undefined {
  const [from, to] = [quantityOf(low, path, notes), quantityOf(high, path, notes)];
  if (from && to) {
    const isOneUnit = from.unit === to.unit || from.unit === undefined;
    return `${numberIn(from)}${isOneUnit ? '' : unitIn(from)}-${numberIn(to)}${unitIn(to)}`;
  }
  if (from) return `>=${numberIn(from)}${unitIn(from)}`;
  return to && `<=${numberIn(to)}${unitIn(to)}`;
}

/** A titre as 1:40, other ratios as 1 mg/5 mL. */
function ratioText({ numerator, denominator }: Loose, path: string, notes: Note[]): string | undefined {
  const [above, below] = [quantityOf(numerator, path, notes), quantityOf(denominator, path, notes)];
  if (!above || !below) return undefined;
  const isTitre = (above.unit ?? '1') === '1' && (below.unit ?? '1') === '1';
  if (isTitre) return `${numberIn(above)}:${numberIn(below)}`;
  return `${numberIn(above)}${unitIn(above)}/${numberIn(below)}${unitIn(below)}`;
}

function numberIn({ comparator, value }: Quantity): string {
  return `${comparator ?? ''}${value}`;
}

function unitIn({ unit }: Quantity): string {
  return unit === undefined ? '' : ` ${unit}`;
}
