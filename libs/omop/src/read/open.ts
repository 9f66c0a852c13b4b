import { existsSync } from 'node:fs';
import { isSpark } from '@ehrsynth/spark';
import { isPostgres } from '../postgres/address.ts';
import { addImportedToServer } from '../postgres/imported.ts';
import { openPostgres } from '../postgres/source.ts';
import { openSpark } from '../spark/source.ts';
import { type FilesOptions, openFiles } from './files.ts';
import { addImported } from './imported.ts';
import type { OmopReadOptions } from './options.ts';
import { hasRows, requireColumns, type Source } from './source.ts';
import { timeZoneOf } from './time-zone.ts';
import { noteUnknownColumns } from './unknown-columns.ts';

type SourceOptions = Pick<OmopReadOptions, 'athena' | 'codes' | 'catalog' | 'signal' | 'onSession' | 'onTraffic'> &
  FilesOptions & {
    /** Reads tables that lack a column all the same, for checks that say so. */
    mayLackColumns?: boolean;
    /** Hears what a server is doing. */
    onServerProgress?: (doing: string) => void;
  };

/**
 * Opens a CDM: a sc:// or postgres:// URL, a folder or a DuckDB file, with the vocabularies that the user imported where it has none of its own.
 * @throws UnknownTimeZoneError, BrokenVocabularyError, MissingColumnError; and what opening each of them throws
 */
export async function openSource(path: string, options: SourceOptions): Promise<Source> {
  const { athena } = options;
  timeZoneOf(options.timeZone);
  const imported = athena && existsSync(athena) ? athena : undefined;
  const open = isSpark(path) ? openCluster : isPostgres(path) ? openServer : openLocal;
  const source = await open(path, options, imported);
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

async function openCluster(path: string, options: SourceOptions, imported?: string): Promise<Source> {
  const source = await openSpark(path, options);
  return closing(source, async () => {
    if (imported === undefined || options.vocabularySchema !== undefined || (await hasRows(source.database, 'concept')))
      return;
    source.notes.push({
      reason: 'vocabularies imported here are not read on Spark: load them into a schema (--vocabulary-schema)',
      resourceType: 'concept',
      where: imported,
    });
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
