import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { Concept, ETHNICITY, GENDER, RACE, VISIT } from '../cdm/concepts.ts';
import { EVENT_TABLE } from '../cdm/events.ts';
import type { SourceConcepts } from './source-concepts.ts';

export type Row = Record<string, string | number | undefined>;

/** What a record has that the CDM cannot say. */
export type Lost = (what: 'event without a date' | 'encounter without a date' | 'birth date missing') => void;

const VARCHAR_50 = 50;

/** Turns records into rows of the CDM's tables, with keys that count up. */
export class RowMaker {
  private readonly keys = new Map<string, number>();

  constructor(
    private readonly concepts: SourceConcepts,
    private readonly lost: Lost,
  ) {}

  /** The rows of a record, by table. A person without a birth date has no row: year_of_birth is required. */
  rowsOf(record: PatientRecord): [table: string, row: Row][] {
    if (!record.birthDate) {
      this.lost('birth date missing');
      return [];
    }
    const person = this.key('person');
    const rows: [string, Row][] = [['person', personRow(record, person)]];
    const visits = record.encounters.map(({ class: code, start, end }) => {
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
          visit_end_date: end ?? start,
          visit_type_concept_id: Concept.ehr,
          visit_source_value: code,
        },
      ]);
      return id;
    });
    for (const event of record.events) {
      const visit = event.encounter === undefined ? undefined : visits[event.encounter];
      const row = this.eventRow(event, person, visit, record);
      if (row) rows.push(row);
    }
    const period = observationPeriod(record);
    rows.push(['observation_period', { observation_period_id: this.key('observation_period'), person_id: person, observation_period_start_date: period[0], observation_period_end_date: period[1], period_type_concept_id: Concept.ehr }]); // prettier-ignore
    if (record.deathDate) {
      rows.push([
        'death',
        { person_id: person, death_date: record.deathDate, death_type_concept_id: Concept.ehr },
      ]);
    }
    return rows;
  }

  private eventRow(
    event: CodedEvent,
    person: number,
    visit: number | undefined,
    record: PatientRecord,
  ): [string, Row] | undefined {
    const { kind, code, end, quantity } = event;
    const encounter = event.encounter === undefined ? undefined : record.encounters[event.encounter];
    const start = event.start ?? encounter?.start;
    if (!start) {
      this.lost('event without a date');
      return undefined;
    }
    const { table, prefix, key, start: startColumn, end: endColumn, number, unit } = EVENT_TABLE[kind];
    const row: Row = {
      [key]: this.key(table),
      person_id: person,
      [`${prefix}_concept_id`]: Concept.none,
      [startColumn]: start,
      [`${prefix}_type_concept_id`]: Concept.ehr,
      visit_occurrence_id: visit,
      [`${prefix}_source_value`]: code.code.slice(0, VARCHAR_50),
      [`${prefix}_source_concept_id`]: this.concepts.idOf(kind, code),
    };
    // A drug's end is required, and is its start where it is not known.
    if (endColumn) row[endColumn] = end ?? (kind === 'drug' ? start : undefined);
    if (number && quantity) row[number] = quantity.value;
    if (unit && quantity?.unit) row[unit] = quantity.unit.slice(0, VARCHAR_50);
    if (kind === 'condition' && event.active !== undefined) {
      row.condition_status_source_value = event.active ? 'active' : 'resolved';
    }
    return [table, row];
  }

  private key(table: string): number {
    const next = (this.keys.get(table) ?? 0) + 1;
    this.keys.set(table, next);
    return next;
  }
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
function observationPeriod({
  birthDate,
  deathDate,
  encounters,
  events,
}: PatientRecord): [start: string, end: string] {
  const days = [...encounters, ...events]
    .flatMap(({ start, end }) => [start, end])
    .filter((day) => day !== undefined);
  if (deathDate) days.push(deathDate);
  if (days.length === 0) return [birthDate!, birthDate!];
  days.sort();
  return [days[0], days.at(-1)!];
}
