import { addDays, type Code, type CodedEvent, daysBetween, type PatientRecord } from '@ehrsynth/records';
import { Concept, ETHNICITY, GENDER, RACE, VISIT } from '../cdm/concepts.ts';
import { datetimeOf, type EventTable, tableOfDomain, tableOfKind } from '../cdm/events.ts';
import type { Row } from '../cdm/own-concepts.ts';
import { allergyPlace } from './allergies.ts';
import type { Concepts } from './concepts.ts';
import { erasOf, type Span } from './eras.ts';
import { instantOf } from './instant.ts';
import type { Lost } from './lost.ts';
import { linkOf, Panels } from './panels.ts';
import { hasValue, valueColumns } from './values.ts';

const VARCHAR_50 = 50;

const PANELS = tableOfKind('measurement');

/** What of an event's row is not its own. */
interface Place {
  person: number;
  visit: number | undefined;
  /** Empty where no day is known. */
  start: string;
  /** The measurement_id of its panel. */
  panel?: number;
}

/** Turns records into rows of the CDM's tables, with keys that count up. */
export class RowMaker {
  private readonly keys = new Map<string, number>();

  constructor(
    private readonly concepts: Concepts,
    private readonly lost: Lost,
  ) {}

  /** The last key of each table that has any. */
  lastKeys(): Record<string, number> {
    return Object.fromEntries(this.keys);
  }

  /** The rows of a record whose codes `concepts` has learnt, by table. A person without a birth date has no row: year_of_birth is required. */
  rowsOf(record: PatientRecord): [table: string, row: Row][] {
    if (!record.birthDate) {
      this.lost('birth date missing');
      return [];
    }
    const person = this.key('person');
    if (record.id.length > VARCHAR_50) this.lost('patient id cut to 50 characters');
    const rows: [string, Row][] = [['person', personRow(record, person)]];
    const visits = record.encounters.map(({ class: code, start, startTime, end, endTime }) => {
      if (!start && !end) {
        this.lost('encounter without a date');
        return undefined;
      }
      const id = this.key('visit_occurrence');
      rows.push([
        'visit_occurrence',
        {
          visit_occurrence_id: id,
          person_id: person,
          visit_concept_id: VISIT[code] ?? Concept.none,
          visit_start_date: start ?? end,
          visit_start_datetime: instantOf(start, startTime),
          visit_end_date: end ?? start,
          visit_end_datetime: instantOf(end, endTime),
          visit_type_concept_id: Concept.ehrEncounter,
          visit_source_value: code,
        },
      ]);
      return id;
    });
    const spans = { condition: [] as Span[], drug: [] as Span[] };
    const placeOf = (event: CodedEvent): Omit<Place, 'panel'> => ({
      person,
      visit: event.encounter === undefined ? undefined : visits[event.encounter],
      start: event.start ?? record.encounters[event.encounter ?? -1]?.start ?? '',
    });
    const panels = new Panels((panel, event) => {
      const row = this.panelRow(panel, event, placeOf(event));
      rows.push([PANELS.table, row]);
      return Number(row[PANELS.key]);
    });
    for (const event of record.events) {
      const place = placeOf(event);
      if (place.start) rows.push(...this.eventRows(event, { ...place, panel: panels.of(event) }, spans));
      else this.lost('event without a date');
    }
    rows.push(...this.eraRows(person, spans));
    const period = observationPeriod(record);
    rows.push([
      'observation_period',
      {
        observation_period_id: this.key('observation_period'),
        person_id: person,
        observation_period_start_date: period[0],
        observation_period_end_date: period[1],
        period_type_concept_id: Concept.ehr,
      },
    ]);
    if (record.deathDate) {
      rows.push(['death', { person_id: person, death_date: record.deathDate, death_type_concept_id: Concept.ehr }]);
    }
    return rows;
  }

  /** A row for each standard concept that the code maps to, in the table of its domain; one where it maps to none. */
  private eventRows(event: CodedEvent, place: Place, spans: { condition: Span[]; drug: Span[] }): [string, Row][] {
    if (event.kind === 'allergy') return [this.allergyRow(event, place)];
    const { source, targets } = this.concepts.of(event.code, event.kind);
    const from = { sourceCode: event.code.code, source };
    if (targets.length === 0) {
      // A condition's table has no columns for a value: with one, it is what was observed.
      const isObserved = event.kind === 'condition' && !event.end && hasValue(event);
      const table = isObserved ? tableOfDomain('Observation') : tableOfKind(event.kind);
      return [[table.table, this.eventRow(event, place, table, { ...from, standard: Concept.none })]];
    }
    return targets.map(({ concept, domain, ingredients }) => {
      const table = tableOfDomain(domain);
      const start = dayNumber(place.start);
      const end = event.end ? dayNumber(event.end) : undefined;
      if (domain === 'Condition') spans.condition.push({ concept, start, end });
      // A drug's end is its start where it is not known, as its row has it.
      if (domain === 'Drug')
        for (const ingredient of ingredients) spans.drug.push({ concept: ingredient, start, end: end ?? start });
      return [table.table, this.eventRow(event, place, table, { ...from, standard: concept })];
    });
  }

  private allergyRow(event: CodedEvent, place: Place): [string, Row] {
    const { answer, sourceText, ...rest } = event;
    const { value, ...named } = allergyPlace(event, this.concepts);
    const table = tableOfKind('allergy');
    // What the patient is allergic to stands where these would.
    for (const more of [answer, sourceText])
      if (more !== undefined) this.lost('value that its table has no column for');
    return [table.table, { ...this.eventRow(rest, place, table, named), ...value }];
  }

  /** A row without a value, for the components to name. */
  private panelRow(panel: Code, { startTime }: CodedEvent, place: Omit<Place, 'panel'>): Row {
    const { source, targets } = this.concepts.of(panel);
    const standard = targets.find(({ domain }) => domain === PANELS.domain)?.concept ?? Concept.none;
    const event: CodedEvent = { kind: 'measurement', code: panel, startTime };
    return this.eventRow(event, place, PANELS, { sourceCode: panel.code, source, standard });
  }

  private eventRow(
    event: CodedEvent,
    { person, visit, start, panel }: Place,
    eventTable: EventTable,
    { standard, source, sourceCode }: { standard: number; source: number; sourceCode: string },
  ): Row {
    const { kind, code, end, active } = event;
    const { table, prefix, key, start: startColumn, end: endColumn, status } = eventTable;
    const row: Row = {
      [key]: this.key(table),
      person_id: person,
      [`${prefix}_concept_id`]: standard,
      [startColumn]: start,
      [`${prefix}_type_concept_id`]: typeOf(kind, visit),
      visit_occurrence_id: visit,
      [`${prefix}_source_value`]: sourceCode.slice(0, VARCHAR_50),
      [`${prefix}_source_concept_id`]: source,
    };
    if (code.code.length > VARCHAR_50) this.lost('code cut to 50 characters');
    if (event.startTime) row[datetimeOf(startColumn)] = instantOf(start, event.startTime);
    if (endColumn) {
      // A drug's end is required, and is its start where it is not known.
      row[endColumn] = end ?? (table === 'drug_exposure' ? start : undefined);
      if (event.endTime) row[datetimeOf(endColumn)] = instantOf(end, event.endTime);
    }
    if (status && active !== undefined) row[status] = active ? 'active' : 'resolved';
    if (panel !== undefined) {
      const link = linkOf(table, panel);
      if (link) Object.assign(row, link);
      else this.lost('panel that its table has no column for');
    }
    return Object.assign(row, valueColumns(event, start, eventTable, this.concepts, this.lost));
  }

  private *eraRows(person: number, spans: { condition: Span[]; drug: Span[] }): Generator<[string, Row]> {
    for (const kind of ['condition', 'drug'] as const) {
      for (const { concept, start, end, count, gapDays } of erasOf(spans[kind])) {
        const table = `${kind}_era`;
        yield [
          table,
          {
            [`${table}_id`]: this.key(table),
            person_id: person,
            [`${kind}_concept_id`]: concept,
            [`${table}_start_date`]: addDays(EPOCH, start),
            [`${table}_end_date`]: addDays(EPOCH, end),
            ...(kind === 'drug'
              ? { drug_exposure_count: count, gap_days: gapDays }
              : { condition_occurrence_count: count }),
          },
        ];
      }
    }
  }

  private key(table: string): number {
    const next = (this.keys.get(table) ?? 0) + 1;
    this.keys.set(table, next);
    return next;
  }
}

const EPOCH = '1970-01-01';

function dayNumber(day: string): number {
  return daysBetween(EPOCH, day);
}

/** Where in the health record an event of the kind stands. */
function typeOf(kind: CodedEvent['kind'], visit: number | undefined): number {
  if (kind === 'drug') return Concept.ehrPrescription;
  if (kind === 'immunization') return Concept.ehrAdministration;
  if (kind === 'condition') return visit === undefined ? Concept.ehrProblemList : Concept.ehrEncounter;
  return Concept.ehr;
}

function personRow({ id, sex, birthDate, race, ethnicity }: PatientRecord, person: number): Row {
  const [year, month, day] = birthDate!.split('-').map(Number);
  return {
    person_id: person,
    gender_concept_id: GENDER[sex],
    year_of_birth: year,
    month_of_birth: month,
    day_of_birth: day,
    birth_datetime: `${birthDate} 00:00:00`,
    race_concept_id: (race && RACE[race]) || Concept.none,
    ethnicity_concept_id: (ethnicity && ETHNICITY[ethnicity]) || Concept.none,
    person_source_value: id.slice(0, VARCHAR_50),
    gender_source_value: sex,
    race_source_value: race,
    ethnicity_source_value: ethnicity,
  };
}

/** From the first to the last day that anything is known of; the birth alone where nothing is. */
function observationPeriod({ birthDate, deathDate, encounters, events }: PatientRecord): [start: string, end: string] {
  const days = [...encounters, ...events].flatMap(({ start, end }) => [start, end]).filter((day) => day !== undefined);
  if (deathDate) days.push(deathDate);
  if (days.length === 0) return [birthDate!, birthDate!];
  days.sort();
  return [days[0], days.at(-1)!];
}
