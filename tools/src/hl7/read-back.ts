import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPatientRecords, SystemAliases } from '@ehrsynth/fhir';
import { type PatientRecord, Tally } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';

type Json = Record<string, unknown> & { resourceType: string; identifier: { value: string }[] };

/** Type and identifier → resource. */
export function resourcesIn(path: string): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const line of allLines(path)) {
    const resource = JSON.parse(line) as Json;
    found.set(`${resource.resourceType} ${resource.identifier[0].value}`, resource);
  }
  return found;
}

export function linesIn(path: string): number {
  return allLines(path).length;
}

function allLines(path: string): string[] {
  const names = readdirSync(path).filter((name) => name.endsWith('.ndjson'));
  return names.flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n').filter(Boolean));
}

/** A resource without what a server gives it, and with the identifiers of what it refers to. */
export function content(resource: Json, byId: Map<string, string>): unknown {
  const { meta, ...rest } = resource as Json & { meta: { profile?: string[]; tag?: object[] } };
  const named = JSON.parse(JSON.stringify(rest), (key, value: unknown) =>
    key === 'reference' && typeof value === 'string' ? byId.get(value.replace(/\/_history.*/, '')) : value,
  ) as object;
  return { ...named, id: undefined, profile: meta.profile, tag: meta.tag };
}

/** Type/id → type and identifier. */
export function namesById(all: Map<string, Json>): Map<string, string> {
  return new Map([...all].map(([key, { resourceType, id }]) => [`${resourceType}/${String(id)}`, key]));
}

/** The records of a folder, in the order of their ids. */
export async function recordsIn(path: string, vocabulary: Vocabulary): Promise<PatientRecord[]> {
  const records: PatientRecord[] = [];
  const kinds: PatientRecord['events'][number]['kind'][] = ['condition', 'drug', 'procedure', 'measurement'];
  const reading = { aliases: new SystemAliases(), vocabulary, kinds };
  for await (const record of readPatientRecords(path, reading, new Tally('stop'))) records.push(record);
  return records.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A record without ids, its events in an order of their own. */
export function plain({ sex, birthDate, deathDate, race, ethnicity, encounters, events }: PatientRecord): string {
  const visits = encounters.map((one) => JSON.stringify(one)).sort();
  const all = events
    .map(({ kind, code, start, active, encounter }) =>
      [
        kind,
        code.system,
        code.code,
        start,
        active,
        encounter === undefined ? '' : JSON.stringify(encounters[encounter]),
      ].join(),
    )
    .sort();
  return JSON.stringify([sex, birthDate, deathDate, race, ethnicity, visits, all]);
}
