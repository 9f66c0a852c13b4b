import { type CodedEvent, type Quantity, writtenNumber } from '@ehrsynth/records';
import type { CodeBook } from '../codes/code-book.ts';
import type { OwnColumns, Row } from './rows.ts';
import { ofFloat32 } from './times.ts';

type EventValues = Partial<CodedEvent>;

/** What the columns that the standard names say of a value: the number with its unit, or the text. A text that is a number counts as one. */
export function valuesOf({ number, text }: Row, kind: CodedEvent['kind'], unit: string | undefined): EventValues {
  const value = number === null || !Number.isFinite(number) ? undefined : ofFloat32(number);
  const said = text?.trim();
  const written = said ? writtenNumber(said) : undefined;
  // What another number says is not of this one.
  const isTold = written !== undefined && (value === undefined || value === written.value);
  const { comparator, unit: ownUnit } = isTold ? written : {};
  const found = value ?? written?.value;
  // A number in a text is of the unit beside it.
  const itsUnit = value === undefined ? (ownUnit ?? unit) : (unit ?? ownUnit);
  const quantity: Quantity | undefined =
    found === undefined
      ? undefined
      : { value: found, ...(comparator && { comparator }), ...(itsUnit && { unit: itsUnit }) };
  if (kind === 'condition' || kind === 'allergy') return {};
  if (kind !== 'measurement') return quantity ? { quantity } : {};
  return { ...(quantity && { quantity }), ...(said && !isTold && { text: said }) };
}

/** What our own columns say of a value. */
export function ownValuesOf(row: Row, own: OwnColumns, book: CodeBook): EventValues {
  const value = own.numeric_value_double ?? (row.number === null ? undefined : ofFloat32(row.number));
  const code = (text: string | null) => (text === null ? undefined : book.codeOf(text));
  const answer = code(own.answer);
  const isLabel = answer && (row.text === answer.display || row.text === answer.code);
  const route = withoutEmpty({ code: code(own.route), text: own.route_text });
  return withoutEmpty({
    quantity: withoutEmpty({
      value,
      comparator: own.comparator,
      unit: row.unit,
      system: own.unit_system,
      code: own.unit_code,
    }),
    referenceRange: withoutEmpty({ low: own.range_low, high: own.range_high }),
    interpretation: own.interpretation,
    category: own.category,
    panel: code(own.panel),
    answer,
    text: isLabel ? undefined : row.text,
    sourceText: own.source_text,
    dose: withoutEmpty({
      value: own.dose_value,
      comparator: own.dose_comparator,
      unit: own.dose_unit,
      system: own.dose_unit_system,
      code: own.dose_unit_code,
    }),
    timesPerDay: own.times_per_day,
    daysSupply: own.days_supply,
    refills: own.refills,
    route,
    verbatimEnd: own.verbatim_end,
    active: own.active,
  }) as EventValues;
}

/** Undefined where nothing is left. */
function withoutEmpty(object: Record<string, unknown>): Record<string, unknown> | undefined {
  let kept: Record<string, unknown> | undefined;
  for (const key in object) {
    const value = object[key];
    if (value !== null && value !== undefined) (kept ??= {})[key] = value;
  }
  return kept;
}
