import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { checksum, printable, UserError, writeFileAtomic } from '@ehrsynth/io';
import { MANIFEST, SIGNATURE, SUMS } from './parts.ts';
import type { Policy } from './policy.ts';
import { collisions, faultOfPath } from './verify/plain-path.ts';
import { walkPackage } from './verify/walk.ts';

const MEDIA_TYPES: Record<string, string> = {
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  html: 'text/html',
  md: 'text/markdown',
  yaml: 'application/yaml',
  txt: 'text/plain',
  npz: 'application/zip',
  parquet: 'application/vnd.apache.parquet',
};

interface Resource {
  name: string;
  path: string;
  type: 'table' | 'file';
  format: string;
  mediatype: string;
  bytes: number;
  hash: string;
}

/**
 * Writes datapackage.json, a Frictionless Data Package of every file with its checksum and, of CSV files, the type of each column; except for itself and what is written after it.
 * @throws UnlistableError
 * @see https://specs.frictionlessdata.io/data-package/
 */
export async function writeManifest(
  folder: string,
  { datasheet, license }: Policy,
  { version, created }: { version: string; created: string },
): Promise<void> {
  const resources = [];
  for (const path of await filesOf(folder, MANIFEST, SUMS, SIGNATURE)) resources.push(await resourceOf(folder, path));
  const manifest = {
    profile: 'data-package',
    name: slug(datasheet.title),
    title: datasheet.title,
    description: `Synthetic patient records, drawn from a generative model. ${datasheet.purpose}`,
    version,
    created,
    ...(license && { licenses: [{ name: license.name, path: 'LICENSE.txt' }] }),
    resources,
  };
  await writeFileAtomic(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
}

/** Writes SHA256SUMS over every other file but its signature, as sha256sum does. @throws UnlistableError */
export async function writeSums(folder: string): Promise<void> {
  let sums = '';
  for (const path of await filesOf(folder, SUMS, SIGNATURE)) sums += `${await checksum(join(folder, path))}  ${path}\n`;
  await writeFileAtomic(join(folder, SUMS), sums);
}

/** Something in the folder that no list of files can hold, so that `release verify` would refuse the package. */
export class UnlistableError extends UserError {
  constructor(path: string, what: string, folder: string) {
    super('unlistable', 1, `Cannot be part of a release: ${printable(path)}: ${what}`, {
      where: folder,
      todo: 'Remove it, or rename it.',
    });
  }
}

/** All files of the folder but the named ones, hidden ones too, by their paths from it with slashes, in order. */
async function filesOf(folder: string, ...without: string[]): Promise<string[]> {
  const { files, odd } = await walkPackage(folder);
  for (const { path, what } of odd) throw new UnlistableError(path, what, folder);
  for (const path of files) {
    const fault = faultOfPath(path);
    if (fault) throw new UnlistableError(path, fault, folder);
  }
  for (const [later, before] of collisions(files))
    throw new UnlistableError(later, `some systems cannot distinguish it from ${before}`, folder);
  return files.filter((path) => !without.includes(path));
}

async function resourceOf(folder: string, path: string): Promise<Resource> {
  const format = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const file = join(folder, path);
  return {
    name: slug(path),
    path,
    format,
    mediatype: MEDIA_TYPES[format] ?? 'application/octet-stream',
    // Frictionless' tools would take report.json for a report of their own.
    type: format === 'csv' ? 'table' : 'file',
    ...(format === 'csv' && {
      profile: 'tabular-data-resource',
      encoding: 'utf-8',
      schema: { fields: await fieldsOf(file) },
    }),
    bytes: (await stat(file)).size,
    hash: `sha256:${await checksum(file)}`,
  };
}

/** Types of Frictionless that every value of a column may have, the narrowest first. */
const TYPES: [type: string, test: RegExp][] = [
  ['boolean', /^(?:true|false)$/],
  ['integer', /^-?(?:0|[1-9]\d*)$/],
  ['number', /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['string', /(?:)/],
];

async function fieldsOf(path: string): Promise<{ name: string; type: string }[]> {
  let names: string[] = [];
  let possible: number[][] = [];
  let isHeader = true;
  for await (const row of createReadStream(path).pipe(parse()) as AsyncIterable<string[]>) {
    if (isHeader) {
      names = row;
      possible = row.map(() => [...TYPES.keys()]);
      isHeader = false;
      continue;
    }
    row.forEach((value, i) => {
      if (value !== '' && possible[i].length > 1)
        possible[i] = possible[i].filter((type) => TYPES[type][1].test(value));
    });
  }
  // A column without any value may be anything.
  return names.map((name, i) => ({
    name,
    type: possible[i].length === TYPES.length ? 'string' : TYPES[possible[i][0]][0],
  }));
}

/** Letters, digits, dots and dashes in small letters: what Frictionless allows in a name. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
