import { stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { existsSync } from 'node:fs';
import { fromSystemError, listFiles, peek } from '@ehrsynth/io';
import { isServer } from '@ehrsynth/omop';
import { readCsv } from '../export/csv-records.ts';
import { WholeCohortError } from '../errors.ts';
import { fhirSource, type FhirSourceOptions } from './fhir-source.ts';
import { medsSource, type MedsSourceOptions } from './meds-source.ts';
import { omopSource, type OmopSourceOptions } from './omop-source.ts';
import { ownSource } from './own-source.ts';
import type { RecordSource } from './record-source.ts';

/** What lies at a path. */
export interface Place {
  path: string;
  isFolder: boolean;
  /** All files of a folder from it, with slashes, in lower case. */
  names: string[];
}

interface Origin {
  name: string;
  /** Whether the records at a place are of this origin. */
  is: (place: Place) => boolean | Promise<boolean>;
  /** @throws UserError */
  open: (place: Place, options: OriginOptions) => RecordSource | Promise<RecordSource>;
}

/** Options of each format, for whichever it is. */
export interface OriginOptions {
  fhir: Required<Pick<FhirSourceOptions, 'kinds'>> & FhirSourceOptions;
  omop: Required<Pick<OmopSourceOptions, 'kinds'>> & OmopSourceOptions;
  meds: Required<Pick<MedsSourceOptions, 'kinds'>> & MedsSourceOptions;
}

/** Where records may come from, in the order in which a path is looked at: the first that it is. A new format is a new row. */
export const ORIGINS: readonly Origin[] = [
  {
    name: 'cohort',
    is: ({ names }) => ['train', 'holdout'].every((part) => names.some((name) => isRecords(name, part))),
    open: ({ path }) => {
      throw new WholeCohortError(path);
    },
  },
  {
    name: 'records',
    is: async ({ path, isFolder, names }) =>
      isFolder ? names.some((name) => isRecords(name)) : /"encounters"\s*:\s*\[/.test(await ownLine(path)),
    open: ({ path, isFolder }, { fhir }) => ownSource(isFolder ? recordsIn(path) : path, fhir.kinds!),
  },
  {
    name: 'csv',
    is: ({ names }) => ['patients', 'encounters', 'events'].every((name) => names.includes(`${name}.csv`)),
    open: ({ path }, { fhir }) => ownSource(path, fhir.kinds!, readCsv(path)),
  },
  {
    name: 'meds',
    is: ({ names }) => isMeds(names),
    open: ({ path }, { meds }) => medsSource(path, meds),
  },
  {
    name: 'omop',
    is: async ({ path, isFolder, names }) =>
      isFolder ? names.some((name) => PERSON.test(name) || DUCKDB.test(name)) : isDuckDb(path),
    open: ({ path }, { omop }) => omopSource(path, omop),
  },
  // Whatever is left: FHIR stands in files of any name, and its reader says what it finds in their place.
  { name: 'fhir', is: () => true, open: ({ path }, { fhir }) => fhirSource(path, fhir) },
];

/** What lies at a path: the name of an origin. @throws UserError where it cannot be read */
export async function originAt(path: string): Promise<string> {
  const place = await placeAt(path);
  for (const { name, is } of ORIGINS) if (await is(place)) return name;
  throw new Error('The last origin must accept everything else');
}

/** Looks at a path. @throws UserError where it cannot be read */
export async function placeAt(path: string): Promise<Place> {
  if (isServer(path)) return { path, isFolder: false, names: [] };
  const found = await stat(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  if (!found.isDirectory()) return { path, isFolder: false, names: [basename(path).toLowerCase()] };
  const files = await listFiles(path);
  const names = files.map((file) => relative(path, file).split(sep).join('/').toLowerCase());
  return { path, isFolder: true, names };
}

const RECORDS = ['records.ndjson.gz', 'records.ndjson'];
/** What MEDS has in a folder: rows, and what they are of. */
const MEDS_DATA = /^data\/.*\.parquet$/;
const MEDS_METADATA = /^metadata\/(dataset\.json|codes\.parquet)$/;
/** OMOP's table of persons, a file or a folder of parts; FHIR's Person stands in other formats. */
const PERSON = /(^|\/)person(\.(csv|tsv|txt|parquet)(\.gz)?|\/[^/]*\.parquet)$/;
const DUCKDB = /^[^/]*\.(duckdb|ddb)$/;

/** With its metadata, or rows and nothing else. */
function isMeds(names: string[]): boolean {
  const hasAll = [MEDS_DATA, MEDS_METADATA].every((file) => names.some((name) => file.test(name)));
  return hasAll || (names.length > 0 && names.every((name) => MEDS_DATA.test(name) && !PERSON.test(name)));
}

function isRecords(name: string, folder?: string): boolean {
  return RECORDS.some((one) => name === (folder === undefined ? one : `${folder}/${one}`));
}

function recordsIn(folder: string): string {
  const name = RECORDS.find((one) => existsSync(join(folder, one))) ?? RECORDS[0];
  return join(folder, name);
}

/** The first line of a file, as far as it is looked at; nothing where it is FHIR or no text. */
async function ownLine(path: string): Promise<string> {
  if (isServer(path)) return '';
  const { text } = await peek(path);
  const [line] = text.trimStart().split('\n', 1);
  return /^\{\s*"id"\s*:/.test(line) && !/"resourceType"/.test(line) ? line : '';
}

async function isDuckDb(path: string): Promise<boolean> {
  if (isServer(path)) return true;
  const { bytes } = await peek(path, 16);
  return bytes.toString('latin1', 8, 12) === 'DUCK';
}
