import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventKind, SOURCE_VALUE_OF, systemName, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect } from 'vitest';
import { EVENT_TABLES } from '../cdm/events.ts';
import type { Row } from '../cdm/own-concepts.ts';
import type { OmopReadOptions } from '../read/options.ts';
import { readOmop } from '../read/read-records.ts';
import { type Cdm, loadCdm, writeCdm } from './cdm.ts';
import { startPostgres } from './postgres.ts';

type Options = Partial<OmopReadOptions>;
/** What was read: events as "kind system code", in the order of the texts. */
export interface CodesFound {
  events: string[];
  actives: (boolean | undefined)[];
  tally: Tally;
}
export type ReadCodes = (cdm: Cdm, options?: Options) => Promise<CodesFound>;

const vocabulary = new Vocabulary();
const ALL: EventKind[] = ['condition', 'drug', 'procedure', 'measurement'];

async function codesOf(path: string, options: Options): Promise<CodesFound> {
  const tally = new Tally();
  const events: string[] = [];
  const actives: CodesFound['actives'] = [];
  for await (const record of readOmop(path, { vocabulary, kinds: ALL, ...options }, tally))
    for (const { kind, code, active } of record.events) {
      events.push(`${kind} ${systemName(code.system)} ${code.code}`);
      actives.push(active);
    }
  expect(tally.unaccounted()).toEqual([]);
  return { events: events.sort(), actives, tally };
}

/** Reads the codes of small CDMs from files and, where there is a server, from PostgreSQL. */
export async function codesFromBoth() {
  const work = mkdtempSync(join(tmpdir(), 'codes-'));
  const server = await startPostgres();
  let count = 0;
  const fromFiles: ReadCodes = (cdm, options = {}) => codesOf(writeCdm(join(work, String(++count)), cdm), options);
  const fromPostgres: ReadCodes = async (cdm, options = {}) => {
    const schema = `cdm_${++count}`;
    await loadCdm(server!.url, schema, cdm);
    return codesOf(server!.url, { ...options, schema });
  };
  return {
    places: [
      ['files', fromFiles, true],
      ['PostgreSQL', fromPostgres, server !== undefined],
    ] as [string, ReadCodes, boolean][],
    stop: async () => {
      rmSync(work, { recursive: true });
      await server?.stop();
    },
  };
}

/** The only one of these CDMs. */
export const person = [{ person_id: 1, gender_concept_id: 8507, year_of_birth: 1970 }];
/** A row of a table: its standard concept, its source concept and its source value. */
function row(table: string, id: number, standard: number, source: number | '', value: string, more: Row = {}): Row {
  const { key, prefix, start } = EVENT_TABLES.find((one) => one.table === table)!;
  return {
    [key]: id,
    person_id: 1,
    [start]: '2020-01-01',
    [`${prefix}_concept_id`]: standard,
    [`${prefix}_source_concept_id`]: source,
    [`${prefix}_source_value`]: value,
    ...more,
  };
}
/** A row of the concept table. */
export const concept = (id: number, vocabularyId: string, code: string, domain = 'Condition'): Row => ({
  concept_id: id,
  concept_name: `name of ${code}`,
  domain_id: domain,
  vocabulary_id: vocabularyId,
  concept_code: code,
});
const of = (table: string) => (id: number, standard: number, source: number | '', value: string, more?: Row) =>
  row(table, id, standard, source, value, more);
export const condition = of('condition_occurrence');
export const drug = of('drug_exposure');
export const procedure = of('procedure_occurrence');
export const measurement = of('measurement');
export const observation = of('observation');
export const device = of('device_exposure');
/** The name of the system of a table's source values that have no concept. */
export const valueOf = (table: string) => systemName(SOURCE_VALUE_OF + table);
