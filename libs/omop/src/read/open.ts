import { existsSync } from 'node:fs';
import { isPostgres } from '../postgres/connection.ts';
import { addImportedToServer } from '../postgres/imported.ts';
import { openPostgres } from '../postgres/source.ts';
import { openFiles } from './files.ts';
import { addImported } from './imported.ts';
import type { OmopReadOptions } from './read-records.ts';
import type { Source } from './source.ts';
import { timeZoneOf } from './time-zone.ts';

type SourceOptions = Pick<
  OmopReadOptions,
  'schema' | 'vocabularySchema' | 'athena' | 'codes' | 'limits' | 'workFolder' | 'timeZone'
>;

/**
 * Opens a CDM: a postgres:// URL, a folder or a DuckDB file, with the vocabularies that the user imported where it has none of its own.
 * @throws UnknownTimeZoneError, BrokenVocabularyError; and what opening each of them throws
 */
export async function openSource(path: string, options: SourceOptions): Promise<Source> {
  const { athena } = options;
  timeZoneOf(options.timeZone);
  const imported = athena && existsSync(athena) ? athena : undefined;
  return isPostgres(path) ? openServer(path, options, imported) : openLocal(path, options, imported);
}

async function openServer(path: string, options: SourceOptions, imported?: string): Promise<Source> {
  const source = await openPostgres(path, options);
  // What the user names goes before what was imported.
  const isAll = options.codes === 'mapped' && options.vocabularySchema === undefined;
  return closing(source, async () => {
    if (imported) await addImportedToServer(source, imported, { isAll, workFolder: options.workFolder });
  });
}

async function openLocal(path: string, options: SourceOptions, imported?: string): Promise<Source> {
  const source = await openFiles(path, options);
  return closing(source, async () => {
    if (imported) await addImported(source, imported, options.codes === 'mapped');
  });
}

/** The source, or none that is left open. */
async function closing(source: Source, prepare: () => Promise<void>): Promise<Source> {
  try {
    await prepare();
    return source;
  } catch (error) {
    await source.close();
    throw error;
  }
}
