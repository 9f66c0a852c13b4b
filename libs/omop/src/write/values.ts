import { type CodedEvent, withoutControls } from '@ehrsynth/records';
import type { EventTable } from '../cdm/events.ts';
import type { Row } from '../cdm/own-concepts.ts';
import { cut, plainValue } from '../cdm/plain-value.ts';
import { sigOf } from '../cdm/sig.ts';
import { TABLES } from '../cdm/tables.ts';
import { OPERATOR_IDS, VALUE_CONCEPTS } from '../cdm/value-concepts.ts';
import type { Concepts } from './concepts.ts';
import type { Lost } from './lost.ts';

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
export function valueColumns(event: CodedEvent, start: string, table: EventTable, concepts: Concepts, lost: Lost): Row {
  const types = TYPES.get(table.table)!;
  const row: Row = {};
  const wanted = wantedOf(event, start, table, concepts);
  const { quantity, route, interpretation } = event;
  if (interpretation !== undefined) lost('interpretation of a value');
  if (hasDosage(event) && wanted.sig === undefined) lost('dose that sig has no form for');
  if (quantity?.code && wanted.unit_concept_id === 0) lost('unit without a standard concept');
  if (route?.code && wanted.route_concept_id === 0) lost('route without a standard concept');
  for (const [column, value] of Object.entries(wanted)) {
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

/** Whether anything but the code and its time is known of the event. */
export function hasValue(event: CodedEvent): boolean {
  const { quantity, referenceRange, answer, text, sourceText, daysSupply, refills, route, verbatimEnd } = event;
  return (
    !!(quantity || referenceRange || answer || route || verbatimEnd || hasDosage(event)) ||
    (text ?? sourceText ?? daysSupply ?? refills) !== undefined
  );
}

/** Whether a drug's end is that of one whose end is not known: its start. */
function isEndUnsaid({ end, endTime, startTime }: CodedEvent, start: string): boolean {
  return end === start && (endTime === undefined || endTime === startTime);
}

function hasDosage({ dose, timesPerDay }: CodedEvent): boolean {
  return (dose ?? timesPerDay) !== undefined;
}

/** What is to be written by column, also where the table does not have that column. */
function wantedOf(event: CodedEvent, start: string, { table, number, unit }: EventTable, concepts: Concepts): Row {
  const isSameDay = table === 'drug_exposure' && isEndUnsaid(event, start);
  if (!isSameDay && !hasValue(event)) return NO_VALUE;
  const { quantity, referenceRange: range, answer, text, sourceText, daysSupply, refills, route, verbatimEnd } = event;
  const has = TYPES.get(table)!;
  const isText = has.has('value_as_string');
  const said = plainValue(quantity?.value, isText ? text : undefined);
  const routeConcept = route?.code && concepts.values.route(route.code);
  const source = sourceText ?? (isText ? undefined : text) ?? (has.has('value_source_value') ? said : undefined);
  return {
    [number ?? 'value_as_number']: quantity?.value,
    [unit ?? 'unit_source_value']: quantity?.unit,
    // Of a drug's unit there is no concept: nothing is lost where its text says it.
    unit_concept_id:
      has.has('unit_concept_id') || quantity?.code ? quantity && concepts.values.unit(quantity) : undefined,
    operator_concept_id:
      quantity?.comparator && concepts.values.operator(VALUE_CONCEPTS.get(OPERATOR_IDS.get(quantity.comparator)!)!),
    value_as_concept_id: answer && (concepts.values.answer(answer) ?? concepts.of(answer).source),
    range_low: range?.low,
    range_high: range?.high,
    value_as_string: isText || source !== text ? text : undefined,
    value_source_value: source,
    days_supply: daysSupply,
    refills,
    sig: sigOf(event),
    route_concept_id: routeConcept,
    // What no concept says is said by the source's own code, where there is no text.
    route_source_value: route?.text ?? (routeConcept === 0 ? route!.code!.code : undefined),
    // A drug's end is required, and not known where it is the start: unless the source states it.
    verbatim_end_date: verbatimEnd ?? (isSameDay ? event.end : undefined),
  };
}
