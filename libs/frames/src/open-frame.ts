import { readFile } from 'node:fs/promises';
import type { Database } from '@ehrsynth/duckdb';
import { fromSystemError } from '@ehrsynth/io';
import { FrameError, FrameOptionError } from './errors.ts';
import { type Long, longTable } from './long.ts';
import { layoutOf, type RoleNames } from './roles.ts';
import { openTables, tableAt } from './table.ts';
import { type Wide, wideArray, wideTable } from './wide.ts';

/** Data of another program: patients × columns, or events. */
export type Frame = ({ is: 'wide' } & Wide) | ({ is: 'long' } & Long);

export interface FrameOptions {
  /** Names of columns that have a role which their name does not show. */
  roles?: RoleNames;
  /** File with the names of a matrix's columns: one per line, a JSON list, or our columns.json. */
  names?: string;
  /** Where goes what does not fit into memory. */
  workFolder?: string;
}

const ARRAY = /\.np[yz]$/i;
const TABLE = /\.(?:csv|tsv|txt|parquet)(?:\.gz)?$/i;

/** Whether a file's name says that it is a matrix or a table. */
export function isFrame(path: string): boolean {
  return ARRAY.test(path) || TABLE.test(path);
}

/**
 * Opens a matrix (.npz, .npy) or a table (CSV, Parquet) of another program. Tables hold patients × codes, or a row for each event.
 * @returns with `close`, after which nothing can be read
 * @throws FrameError, FrameOptionError, BrokenMatrixError, UserError
 */
export async function openFrame(
  path: string,
  { roles, names, workFolder }: FrameOptions = {},
): Promise<Frame & { close: () => Promise<void> }> {
  if (ARRAY.test(path)) {
    if (roles && Object.keys(roles).length > 0)
      throw new FrameOptionError('--column names columns of a table, but this is a matrix', 'Omit it.');
    const own = names === undefined ? undefined : await namesIn(names);
    return { is: 'wide', ...(await wideArray(path, own)), close: async () => {} };
  }
  const database = await openTables(workFolder);
  try {
    return { ...(await opened(path, database, roles, names)), close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function opened(path: string, database: Database, roles?: RoleNames, names?: string): Promise<Frame> {
  const table = await tableAt(path, database);
  const layout = layoutOf(table.names, roles);
  if (layout.is === 'long') return { is: 'long', ...(await longTable(table, layout, database)) };
  const wide = wideTable(table, layout, database);
  if (names === undefined) return { is: 'wide', ...wide };
  const own = await namesIn(names);
  if (own.length !== wide.width)
    throw new FrameError(
      `The table has ${wide.width} columns of counts, but ${own.length} names were given`,
      path,
      'Give one name for each, in their order.',
    );
  return { is: 'wide', ...wide, names: own };
}

/** Names of columns in a file. @throws FrameError, UserError */
async function namesIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  if (!/^\s*[[{]/.test(text)) return text.trimEnd().split(/\r?\n/);
  const fault = (cause?: unknown) =>
    new FrameError(
      'The file has no names',
      path,
      'Write one name per line, a JSON list of names, or give a columns.json.',
      cause,
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw fault(cause);
  }
  const list = Array.isArray(json) ? json : (json as { columns?: unknown }).columns;
  if (!Array.isArray(list)) throw fault();
  return list.map((one: unknown) => {
    if (typeof one === 'string') return one;
    const { kind, system, code } = one as Record<string, unknown>;
    if (typeof kind !== 'string' || typeof system !== 'string' || typeof code !== 'string') throw fault();
    return `${kind}|${system}|${code}`;
  });
}
