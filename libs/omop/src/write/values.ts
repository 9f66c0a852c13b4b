import { type CodedEvent, withoutControls } from '@ehrsynth/records';
import type { EventTable } from '../cdm/events.ts';
import type { Row } from '../cdm/own-concepts.ts';
import { cut, plainValue } from '../cdm/plain-value.ts';
import { TABLES } from '../cdm/tables.ts';
import { OPERATOR_IDS, VALUE_CONCEPTS } from '../cdm/value-concepts.ts';
import type { Concepts } from './concepts.ts';
import type { Lost } from './rows.ts';

/** The types of each table's columns. */
const TYPES = new Map(
  Object.values(TABLES).map(({ name, columns }) => [
    name,
    new Map(columns.map((column) => [column.name, column.type])),
  ]),
);
const NO_VALUE: Row = {};
const MOST_INTEGER = 2 ** 31 - 1;

/** The columns of an event's row that hold its value. @param start the day that the row has */
export function valueColumns(
  event: CodedEvent,
  start: string,
  table: EventTable,
  concepts: Concepts,
  lost: Lost,
): Row {
  const types = TYPES.get(table.table)!;
  const row: Row = {};
  for (const [column, value] of Object.entries(wantedOf(event, start, table, concepts))) {
    if (value === undefined) continue;
    const type = types.get(column);
    if (type === undefined) lost('value that its table has no column for');
    else if (typeof value === 'string') {
      const text = withoutControls(value);
      const length = Number(/\d+/.exec(type)?.[0] ?? Infinity);
      if (text.length > length && [...text].length > length)
        lost(column === table.unit ? 'unit cut to 50 characters' : 'text of a value cut to its column');
      row[column] = cut(text, length) || undefined;
    } else if (type === 'integer' && !(Number.isInteger(value) && Math.abs(value) <= MOST_INTEGER))
      lost('number that a column of integers cannot hold');
    else row[column] = value;
  }
  return row;
}

/** What is to be written by column, also where the table does not have that column. */
function wantedOf(event: CodedEvent, start: string, { table, number, unit }: EventTable, concepts: Concepts): Row {
  const { quantity, referenceRange: range, answer, text, sourceText, daysSupply, refills, route, verbatimEnd } = event;
  const has = TYPES.get(table)!;
  const isSameDay = table === 'drug_exposure' && event.end === start;
  if (!(quantity || range || answer || route || verbatimEnd || isSameDay) && (text ?? sourceText ?? daysSupply ?? refills) === undefined) return NO_VALUE;
  const isText = has.has('value_as_string');
  const said = plainValue(quantity?.value, isText ? text : undefined);
  const source = sourceText ?? (isText ? undefined : text) ?? (has.has('value_source_value') ? said : undefined);
  const row: Row = {
    [number ?? 'value_as_number']: quantity?.value,
    [unit ?? 'unit_source_value']: quantity?.unit,
    // Of a drug's unit there is no concept: nothing is lost where its text says it.
    unit_concept_id: has.has('unit_concept_id') || quantity?.code ? quantity && concepts.values.unit(quantity) : undefined,
    operator_concept_id: quantity?.comparator && concepts.values.operator(VALUE_CONCEPTS.get(OPERATOR_IDS.get(quantity.comparator)!)!),
    value_as_concept_id: answer && (concepts.values.answer(answer) ?? concepts.of(answer).source),
    range_low: range?.low,
    range_high: range?.high,
    value_as_string: isText || (source !== text && text !== undefined) ? text : undefined,
    value_source_value: source,
    days_supply: daysSupply,
    refills,
    route_concept_id: route?.code && concepts.values.route(route.code),
    route_source_value: route?.text,
    // A drug's end is required, and not known where it is the start: unless the source states it.
    verbatim_end_date: verbatimEnd ?? (isSameDay ? event.end : undefined),
  };
  return row;
} // prettier-ignore
