import { type CodedEvent, withoutControls } from '@ehrsynth/records';
import { plainValue } from '../cdm/plain-value.ts';
import { type Note, toCode, toComparator, toUnit, type ValueCodes } from './value-codes.ts';
import { SEPARATOR, VALUE_COLUMNS } from './value-columns.ts';

/** A row's number and unit, and the text that `valueText` makes of the other columns. */
export interface ValueRow {
  table: string;
  number: number | null;
  unit: string | null;
  others: string | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What an event's row says of its value. @param note is given what cannot be read */
export function toValues(
  { table, number, unit, others }: ValueRow,
  event: Pick<CodedEvent, 'start' | 'end'>,
  codes: ValueCodes,
  note: Note,
): Partial<CodedEvent> {
  const plain = { value: number ?? undefined, unit: unit ?? undefined };
  if (others === null) return number === null && unit === null ? {} : { quantity: defined(plain) };
  const texts = others.split(SEPARATOR);
  const at = Object.fromEntries(VALUE_COLUMNS[table].map((column, i) => [column, texts[i] || undefined]));
  const comparator = toComparator(at.operator_concept_id, note);
  const route = {
    code: toCode('Route', at.route_concept_id, codes, note),
    text: textIn(at.route_source_value),
  };
  return defined({
    quantity: notEmpty({ ...plain, ...toUnit(unit, at.unit_concept_id, codes, note), comparator }),
    referenceRange: notEmpty({ low: numberIn(at.range_low), high: numberIn(at.range_high) }),
    answer: toCode('Meas Value', at.value_as_concept_id, codes, note),
    ...textsOf(table, number, textIn(at.value_as_string), textIn(at.value_source_value)),
    daysSupply: wholeIn('days_supply', at.days_supply, note),
    refills: wholeIn('refills', at.refills, note),
    route: notEmpty(route),
    ...endOf(at.verbatim_end_date, event, note),
  });
}

/** A measurement has no column for text but that of the source's value; what the number says as well is no text. */
function textsOf(table: string, number: number | null, text: string | undefined, source: string | undefined) {
  const isTold = source === plainValue(number ?? undefined, text);
  if (isTold) return { text };
  return table === 'measurement' ? { text: source } : { text, sourceText: source };
}

/** A drug's end is required, so that it is not known where it is the start, unless it is also the end that the source states. */
function endOf(verbatim: string | undefined, { start, end }: Pick<CodedEvent, 'start' | 'end'>, note: Note) {
  if (!verbatim) return {};
  if (!DAY.test(verbatim)) {
    note({ reason: 'verbatim_end_date is no date', detail: verbatim });
    return {};
  }
  return verbatim === start && end === undefined ? { end: start } : { verbatimEnd: verbatim };
}

/** Without what acts on screens and files; undefined where nothing is left. */
function textIn(text: string | undefined): string | undefined {
  return (text && withoutControls(text)) || undefined;
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function wholeIn(column: string, text: string | undefined, note: Note): number | undefined {
  const number = numberIn(text);
  if (number === undefined || Number.isSafeInteger(number)) return number;
  note({ reason: `${column} is no integer`, detail: text });
  return undefined;
}

function notEmpty<T extends object>(value: T): T | undefined {
  const found = defined(value);
  return Object.keys(found).length === 0 ? undefined : found;
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
