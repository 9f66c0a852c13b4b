import { type Column, type Table, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { EVENT_TABLES } from '../cdm/events.ts';
import type { CdmVersion } from './cdm-version.ts';

/** What the Data Quality Dashboard 2.8 asks of a date; a threshold is a percentage of the rows. */
export interface TimeFacts {
  /** Not before the person's birth, not more than 60 days after death. */
  afterBirth?: boolean;
  beforeDeath?: boolean;
  /** The older check of death. */
  duringLife?: boolean;
  /** The older check of order: not before the person's birth, or not before a field of the same row. */
  notBefore?: { field: 'birth' | string; threshold: number };
  /** Not after a field of the same row. */
  notAfter?: { field: string; threshold: number };
  /** Within a week of its visit. */
  withinVisit?: { threshold: number };
}

/** Single dates of tables in which nothing ends. */
const RECORDED = new Set(['measurement', 'observation', 'note', 'specimen', 'death']);

export function timeFacts(table: Table, { name: field, type }: Column, version: CdmVersion): TimeFacts {
  const { name: t, columns } = table;
  if (type !== 'date' && type !== 'datetime') return {};
  const has = (other: string) => columns.some(({ name }) => name === other);
  const isOfPerson = t !== 'person' && t !== 'cohort' && has('person_id');
  const end = field.replace('start', 'end').replace(/^procedure_date/, 'procedure_end_date');
  const start = field
    .replace('verbatim_end', 'drug_exposure_start')
    .replace('end', 'start')
    .replace(/^procedure_start/, 'procedure');
  const strict = VOCABULARY_TABLES.includes(t);
  return {
    afterBirth: isOfPerson,
    beforeDeath: isOfPerson && t !== 'death',
    duringLife:
      isOfPerson && !RECORDED.has(t) && t !== 'payer_plan_period' && !(t.endsWith('_era') && field.includes('end')),
    notBefore: notBefore(t, field, version, start !== field && has(start) ? start : undefined, isOfPerson),
    notAfter:
      t === 'cdm_source' && field === 'source_release_date'
        ? { field: 'cdm_release_date', threshold: 0 }
        : end !== field && has(end) && t !== 'cohort'
          ? { field: end, threshold: strict || t === 'observation_period' ? 0 : 1 }
          : undefined,
    withinVisit: withinVisit(t, field),
  };
}

function notBefore(
  table: string,
  field: string,
  version: CdmVersion,
  start: string | undefined,
  isOfPerson: boolean,
): TimeFacts['notBefore'] {
  if (`${table}.${field}` === 'cdm_source.cdm_release_date') return { field: 'source_release_date', threshold: 0 };
  if (VOCABULARY_TABLES.includes(table)) return start ? { field: start, threshold: 0 } : undefined;
  if (!isOfPerson || field === 'measurement_datetime') return undefined;
  if (version === '5.3' && field === 'payer_plan_period_start_date') return undefined;
  const asksBirth = table === 'dose_era' || (table === 'condition_era' && version === '5.3');
  return { field: start && !asksBirth ? start : 'birth', threshold: 1 };
}

function withinVisit(table: string, field: string): TimeFacts['withinVisit'] {
  if (table === 'visit_detail') return /^visit_detail_(start|end)_date$/.test(field) ? { threshold: 1 } : undefined;
  const isStart = EVENT_TABLES.some((events) => events.table === table && events.start === field);
  return isStart || field === 'note_date' ? { threshold: 5 } : undefined;
}
