import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bundle } from 'fhir/r4.js';
import { LineWriter, outsideName, writeFileAtomic } from '@ehrsynth/io';
import { uuidOf } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { toResources, type Written } from './to-resources.ts';

export interface WriteOptions {
  format: 'bundles' | 'ndjson';
  gzip: boolean;
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
  let patients = 0;
  for await (const record of records) {
    const resources = toResources(record, vocabulary);
    for (const { resourceType } of resources) counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1);
    await sink.write(resources, patients);
    options.onProgress?.(++patients);
  }
  await sink.close();
  return counts;
}

/** A transaction that creates a patient's resources, which refer to each other by urn:uuid. */
export function toBundle(resources: Written[]): Bundle {
  const urls = new Map(resources.map(({ resourceType, id }) => [`${resourceType}/${id}`, `urn:uuid:${asUuid(id)}`]));
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      fullUrl: urls.get(`${resource.resourceType}/${resource.id}`),
      resource: withReferences(resource, urls),
      request: { method: 'POST', url: resource.resourceType },
    })),
  };
}

interface Sink {
  write(resources: Written[], patient: number): Promise<void>;
  close(): Promise<void>;
}

function bundleSink(folder: string, gzip: boolean): Sink {
  return {
    async write(resources, patient) {
      const part = join(folder, String(Math.floor(patient / FOLDER_SIZE)).padStart(4, '0'));
      if (patient % FOLDER_SIZE === 0) await mkdir(part, { recursive: true });
      const text = `${JSON.stringify(toBundle(resources), null, 1)}\n`;
      const path = join(part, outsideName(`${resources[0].id}.json`));
      await (gzip ? writeFileAtomic(`${path}.gz`, gzipSync(text)) : writeFileAtomic(path, text));
    },
    async close() {},
  };
}

function ndjsonSink(folder: string, gzip: boolean): Sink {
  const writers = new Map<string, LineWriter>();
  return {
    async write(resources) {
      for (const resource of resources) {
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

/** The elements in which what we write refers to another resource. */
const REFERENCES = ['subject', 'patient', 'encounter'] as const;

function withReferences(resource: Written, urls: Map<string, string | undefined>): Written {
  const given = resource as { [name in (typeof REFERENCES)[number]]?: { reference: string } };
  const replaced = REFERENCES.flatMap((name) => {
    const reference = given[name]?.reference;
    return reference === undefined ? [] : [[name, { reference: urls.get(reference) }]];
  });
  return { ...resource, ...(Object.fromEntries(replaced) as object) };
}

function asUuid(id: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : uuidOf(id);
}
