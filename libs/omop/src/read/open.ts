import { existsSync } from 'node:fs';
import { isPostgres } from '../postgres/address.ts';
import { addImportedToServer } from '../postgres/imported.ts';
import { openPostgres } from '../postgres/source.ts';
import { type FilesOptions, openFiles } from './files.ts';
import { addImported } from './imported.ts';
import type { OmopReadOptions } from './options.ts';
import { requireColumns, type Source } from './source.ts';
import { timeZoneOf } from './time-zone.ts';
import { noteUnknownColumns } from './unknown-columns.ts';

type SourceOptions = Pick<OmopReadOptions, 'athena' | 'codes'> &
  FilesOptions & {
    /** Reads tables that lack a column all the same, for checks that say so. */
    mayLackColumns?: boolean;
  };

/**
 * Opens a CDM: a postgres:// URL, a folder or a DuckDB file, with the vocabularies that the user imported where it has none of its own.
 * @throws UnknownTimeZoneError, BrokenVocabularyError, MissingColumnError; and what opening each of them throws
 */
export async function openSource(path: string, options: SourceOptions): Promise<Source> {
  const { athena } = options;
  timeZoneOf(options.timeZone);
  const imported = athena && existsSync(athena) ? athena : undefined;
  const source = await (isPostgres(path) ? openServer : openLocal)(path, options, imported);
  return closing(source, async () => {
    if (!options.mayLackColumns) await requireColumns(source);
    noteUnknownColumns(source);
  });
}

async function openServer(path: string, options: SourceOptions, imported?: string): Promise<Source> {
  const source = await openPostgres(path, options);
  // What the user names goes before what was imported.
  const isAll = options.codes === 'mapped' && options.vocabularySchema === undefined;
  return closing(source, async () => {
    if (imported) await addImportedToServer(source, imported, { isAll, workFolder: options.workFolder });
    await source.database.keep();
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
