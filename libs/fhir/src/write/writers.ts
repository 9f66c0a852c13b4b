import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bundle, BundleEntry, Identifier } from 'fhir/r4.js';
import { LineWriter, outsideName, writeFileAtomic } from '@ehrsynth/io';
import { uuidOf } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { FullRecord } from './full/in-full.ts';
import type { RewordingCounts, Rewriter } from './full/reword.ts';
import { toResources, type Written } from './to-resources.ts';

export interface WriteOptions {
  format: 'bundles' | 'ndjson';
  gzip: boolean;
  /** With names, places, people, coverage, reports, notes and where it comes from, all made up. @see inFull */
  full?: boolean;
  /** Puts sentences of the notes into other words: each is read back, and stays as it was where it says something else. */
  rewriter?: Rewriter;
  /** What came of that is added. */
  rewordings?: RewordingCounts;
  onProgress?: (patients: number) => void;
}

const FOLDER_SIZE = 1000;

/**
 * Writes records as FHIR R4 into a folder: one transaction Bundle per patient (in subfolders of a thousand), or one NDJSON
 * file a resource type, as bulk export does. Gives the number of resources by type.
 */
export async function writeFhir(
  records: AsyncIterable<PatientRecord>,
  folder: string,
  vocabulary: Vocabulary,
  options: WriteOptions,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const sink = options.format === 'bundles' ? bundleSink(folder, options.gzip) : ndjsonSink(folder, options.gzip);
  /** Of those that patients share. */
  const known = new Set<string>();
  // Names and addresses to choose from, which are loaded for those who want them.
  const full = options.full
    ? { ...(await import('./full/in-full.ts')), ...(await import('./full/reword.ts')) }
    : undefined;
  const rewordings = options.rewordings ?? { sentences: 0, reworded: 0, unchanged: 0, refused: new Map() };
  let patients = 0;
  for await (const record of records) {
    const own = toResources(record, vocabulary);
    const notes = options.rewriter && (await full?.reworded(record, options.rewriter, rewordings));
    const { resources, shared } = full?.inFull(record, own, notes) ?? { resources: own, shared: [] };
    const newer = shared.filter(({ id }) => !known.has(id));
    for (const { id } of newer) known.add(id);
    for (const { resourceType } of [...resources, ...newer])
      counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1);
    await sink.write({ resources, shared, newer }, patients);
    options.onProgress?.(++patients);
  }
  await sink.close();
  return counts;
}

/**
 * A transaction that creates a patient's resources, which refer to each other by urn:uuid.
 * @param shared what other patients have too: created where the server does not have it yet
 */
export function toBundle(resources: Written[], shared: Written[] = []): Bundle {
  const all = [...resources, ...shared];
  const urls = new Map(all.map(({ resourceType, id }) => [`${resourceType}/${id}`, `urn:uuid:${asUuid(id)}`]));
  const entry = (resource: Written, once?: string): BundleEntry => ({
    fullUrl: urls.get(`${resource.resourceType}/${resource.id}`),
    resource: withReferences(resource, urls),
    request: { method: 'POST', url: resource.resourceType, ...(once !== undefined && { ifNoneExist: once }) },
  });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      ...resources.map((resource) => entry(resource)),
      ...shared.map((resource) => entry(resource, `identifier=${identifierIn(resource)}`)),
    ],
  };
}

/** system|value of the first identifier. */
function identifierIn(resource: Written): string {
  const [{ system, value }] = (resource as { identifier?: Identifier[] }).identifier!;
  return `${system}|${value}`;
}

interface Sink {
  /** @param written a patient's resources, those that patients share, and of these the ones that no patient before had */
  write(written: FullRecord & { newer: Written[] }, patient: number): Promise<void>;
  close(): Promise<void>;
}

function bundleSink(folder: string, gzip: boolean): Sink {
  return {
    async write({ resources, shared }, patient) {
      const part = join(folder, String(Math.floor(patient / FOLDER_SIZE)).padStart(4, '0'));
      if (patient % FOLDER_SIZE === 0) await mkdir(part, { recursive: true });
      const text = `${JSON.stringify(toBundle(resources, shared), null, 1)}\n`;
      const path = join(part, outsideName(`${resources[0].id}.json`));
      await (gzip ? writeFileAtomic(`${path}.gz`, gzipSync(text)) : writeFileAtomic(path, text));
    },
    async close() {},
  };
}

function ndjsonSink(folder: string, gzip: boolean): Sink {
  const writers = new Map<string, LineWriter>();
  return {
    async write({ resources, newer }) {
      for (const resource of [...resources, ...newer]) {
        const { resourceType } = resource;
        let writer = writers.get(resourceType);
        if (!writer) {
          writer = new LineWriter(join(folder, `${resourceType}.ndjson${gzip ? '.gz' : ''}`));
          writers.set(resourceType, writer);
        }
        await writer.write(JSON.stringify(resource));
      }
    },
    async close() {
      for (const writer of writers.values()) await writer.close();
    },
  };
}

/** With every reference to one of the resources by its address; what has none is the same object. */
function withReferences<T>(value: T, urls: ReadonlyMap<string, string>): T {
  if (typeof value !== 'object' || value === null) return value;
  let copy: T | undefined;
  for (const name in value) {
    const part: unknown = value[name];
    const other =
      name === 'reference' && typeof part === 'string' ? (urls.get(part) ?? part) : withReferences(part, urls);
    if (other === part) continue;
    copy ??= Array.isArray(value) ? ([...(value as unknown[])] as T) : { ...value };
    copy[name] = other as (T & object)[typeof name];
  }
  return copy ?? value;
}

function asUuid(id: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : uuidOf(id);
}
