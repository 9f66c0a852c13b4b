import { type CodedEvent, type Quantity, sampleOf, withoutControls } from '@ehrsynth/records';
import { plainValue } from '../cdm/plain-value.ts';
import { readSig } from '../cdm/sig.ts';
import { censored } from './censored.ts';
import { saysNothing } from './says-nothing.ts';
import { type Note, toCode, toComparator, toUnit, type ValueCodes } from './value-codes.ts';
import { SEPARATORS, VALUE_COLUMNS } from './value-columns.ts';

/** A row's number and unit, and the text that `valueText` makes of the other columns. */
export interface ValueRow {
  table: string;
  number: number | null;
  unit: string | null;
  others: string | null;
}

/** What many values have alike. */
interface Alike {
  quantity: Quantity | undefined;
  rest: Partial<CodedEvent>;
  problems: Parameters<Note>[0][];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const REMEMBERED = 50_000;

/** Says what the rows of events say of their values; what many have alike is put together once. */
export class Values {
  private readonly known = new Map<string, Alike>();

  constructor(private readonly codes: ValueCodes) {}

  /** @param note is given what cannot be read */
  of(row: ValueRow, event: Pick<CodedEvent, 'start' | 'end'>, note: Note): Partial<CodedEvent> {
    const { table, number, unit, others } = row;
    if (others === null) {
      if (number === null && unit === null) return {};
      return { quantity: { ...(number !== null && { value: number }), ...(unit !== null && { unit }) } };
    }
    const at = others.indexOf(SEPARATORS.kind);
    const { quantity, rest, problems } = this.alike(table, unit, others.slice(0, at));
    for (const problem of problems) note(problem);
    const result: Partial<CodedEvent> = { ...rest };
    if (number !== null) result.quantity = { value: number, ...quantity };
    else if (quantity) result.quantity = quantity;
    const own = others.slice(at + 1);
    if (own) Object.assign(result, ownOf(row, own, event, result.quantity, note));
    return result;
  }

  private alike(table: string, unit: string | null, text: string): Alike {
    const key = `${table}${SEPARATORS.kind}${unit ?? ''}${SEPARATORS.kind}${text}`;
    let known = this.known.get(key);
    if (!known) {
      if (this.known.size === REMEMBERED) this.known.clear();
      this.known.set(key, (known = alikeOf(table, unit, text, this.codes)));
    }
    return known;
  }
}

function alikeOf(table: string, unit: string | null, text: string, codes: ValueCodes): Alike {
  const problems: Alike['problems'] = [];
  const note: Note = (problem) => problems.push(problem);
  const at = namedParts(VALUE_COLUMNS[table].alike, text);
  const comparator = toComparator(at.operator_concept_id, note);
  const route = {
    code: toCode('Route', at.route_concept_id, codes, note),
    text: saysNothing(at.route_source_value ?? '') ? undefined : textIn(at.route_source_value),
  };
  const rest = defined({
    referenceRange: rangeIn(at.range_low, at.range_high, note),
    answer: toCode('Meas Value', at.value_as_concept_id, codes, note),
    daysSupply: wholeIn('days_supply', at.days_supply, note),
    refills: wholeIn('refills', at.refills, note),
    route: notEmpty(route),
    ...(at.sig && readSig(at.sig)),
  });
  const ofUnit = toUnit(unit, at.unit_concept_id, codes, note);
  return { quantity: notEmpty({ unit: unit ?? undefined, ...ofUnit, comparator }), rest, problems };
}

function rangeIn(from: string | undefined, to: string | undefined, note: Note): CodedEvent['referenceRange'] {
  const [low, high] = [numberIn(from), numberIn(to)];
  if (low === undefined || high === undefined || low <= high) return notEmpty({ low, high });
  note({ reason: 'range_low above range_high, range left out', detail: `${low}, ${high}` });
  return undefined;
}

/** What is a row's own: its text, or the number that the text is; or the end that it states. */
function ownOf(
  { table, number }: ValueRow,
  text: string,
  event: Pick<CodedEvent, 'start' | 'end'>,
  quantity: Quantity | undefined,
  note: Note,
): Partial<CodedEvent> {
  if (table === 'drug_exposure') return endOf(text, event, note);
  // A measurement has no column for text but that of the source's value.
  const [asString, source] = table === 'measurement' ? [undefined, text] : text.split(SEPARATORS.value);
  const ofText = censored(source || asString, quantity, note);
  if (ofText) return defined({ quantity: ofText, text: source && asString !== source ? textIn(asString) : undefined });
  // What the number or the text says as well is no text.
  const isTold = (source || undefined) === plainValue(number ?? undefined, asString || undefined);
  const further = isTold ? undefined : textIn(source);
  return table === 'measurement'
    ? defined({ text: further })
    : defined({ text: textIn(asString), sourceText: further });
}

/** A drug's end is required, so that it is not known where it is the start, unless it is also the end that the source states. */
function endOf(verbatim: string, { start, end }: Pick<CodedEvent, 'start' | 'end'>, note: Note): Partial<CodedEvent> {
  if (DAY.test(verbatim)) return verbatim === start && end === undefined ? { end: start } : { verbatimEnd: verbatim };
  note({ reason: 'verbatim_end_date is no date', detail: sampleOf(verbatim) });
  return {};
}

function namedParts(columns: string[], text: string): Record<string, string | undefined> {
  const parts = text.split(SEPARATORS.value);
  return Object.fromEntries(columns.map((column, i) => [column, parts[i] || undefined]));
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
  if (number === undefined || (Number.isSafeInteger(number) && number >= 0)) return number;
  note({ reason: `${column} is ${number < 0 ? 'negative, left out' : 'no integer'}`, detail: text });
  return undefined;
}

function notEmpty<T extends object>(value: T): T | undefined {
  const found = defined(value);
  return Object.keys(found).length === 0 ? undefined : found;
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
