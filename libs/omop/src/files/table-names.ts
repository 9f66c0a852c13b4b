import { READ_TABLES } from '../cdm/tables.ts';

/** A file of a folder as its name and the folders above it say. */
export interface NamedFile {
  /** Of the CDM. */
  table: string;
  /**
   * Files of one place were written together, as parts of a table; those of two places may be parts, or one a copy of the other. Made of
   * the folder and of how the file is named.
   */
  place: string;
  /** What folders such as `year=2019` say of all rows of the file, as Hive and Spark write them; null for an empty value. */
  partition: Record<string, string | null>;
}

const DATA = /\.(csv|tsv|tab|psv|txt|dat|parquet|parq|pq)(\.(gz|gzip|zst|zstd|snappy))?$/i;
const COMPRESSED = /\.(gz|gzip|zst|zstd|snappy|lz4|lzo|c\d{3})$/i;
/** What follows a table's name in the name of its parts: numbers, with words for parts between, or a UUID. */
const PART =
  /^([-_. ]*(part|parts|chunk|shard|split|slice|file|batch|block|data|of|p|c)?[-_. ]*\d+)+$|^[-_. ]+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What a browser or a desktop adds to a second copy. */
const COPY = /^[-_. ]*(\(\d+\)|copy( ?\d*| ?\(\d+\))|- copy.*)$/;
/** Longer names first: what follows `note` may be a part of it, or make it `note_nlp`. */
const NAMES = Object.keys(READ_TABLES).sort((a, b) => b.length - a.length);
const EMPTY_PARTITION = '__HIVE_DEFAULT_PARTITION__';

/**
 * The table that a file belongs to: by its own name (`person.csv`, `cdm.person.csv`, `condition_occurrence_00001-of-00003.parquet`),
 * else by a folder that is called after a table (`condition_occurrence/part-00000.parquet`). Undefined where neither names one.
 * @param path relative to the folder of the CDM, with `/`
 */
export function tableOf(path: string): NamedFile | undefined {
  const folders = path.split('/');
  const file = folders.pop()!;
  if (!isDataName(file)) return undefined;
  const partition = partitionOf(folders);
  const own = byName(stemOf(file));
  const above = folders.findLastIndex((folder) => byName(stemOf(folder))?.form === 'whole');
  const tableAbove = above < 0 ? undefined : byName(stemOf(folders[above]))!.table;
  const table = own?.table ?? tableAbove;
  if (!table) return undefined;
  // A part in a folder of the table's name belongs to that folder, whatever its own name.
  const isInside = table === tableAbove;
  const folder = isInside ? `${folders.slice(0, above + 1).join('/')}/` : folders.join('/');
  const name = own && own.form !== 'part' ? `${folders.join('/')}/${file}` : '';
  return { table, place: [folder, name, endingOf(file)].join('|'), partition };
}

/** Whether a file's name is one of data: of CSV or Parquet, or with no ending at all, as databases unload tables. */
export function isDataName(file: string): boolean {
  return DATA.test(file) || !/\.[a-z][a-z0-9]*$/i.test(file.replace(COMPRESSED, ''));
}

/** What beside a table Spark, Hive and operating systems write, which says nothing of patients. */
export function isSidecar(path: string): boolean {
  return path
    .split('/')
    .some((part) =>
      /^(_SUCCESS|_committed_.*|_started_.*|_metadata|_common_metadata|_temporary|_spark_metadata|_delta_log|__MACOSX|\..*|.*\.crc|Thumbs\.db|desktop\.ini)$/i.test(
        part,
      ),
    );
}

/** The CDM's table whose name a file's name is much like: `conditions`, `person_old`. */
export function tableLike(path: string): string | undefined {
  const words = stemOf(path.split('/').at(-1)!);
  const plain = words.replaceAll(/[^a-z0-9]/g, '');
  const without = (name: string) => name.replaceAll('_', '').replace(/(occurrence|exposure)$/, '');
  return (
    NAMES.find((name) => plain === name.replaceAll('_', '')) ??
    NAMES.find((name) => [without(name), `${without(name)}s`, `${name.replaceAll('_', '')}s`].includes(plain)) ??
    NAMES.find((name) => new RegExp(`(^|[^a-z])${name}($|[^a-z])`).test(words))
  );
}

function endingOf(file: string): string {
  return (DATA.exec(file) ?? COMPRESSED.exec(file))?.[0].toLowerCase() ?? '';
}

/** The name without its endings, in small letters. */
function stemOf(file: string): string {
  let stem = file
    .toLowerCase()
    .replace(DATA, '')
    .replace(/\.delta$/, '');
  while (COMPRESSED.test(stem)) stem = stem.replace(COMPRESSED, '');
  return stem
    .replace(DATA, '')
    .replaceAll(/["[\]`]/g, '')
    .trim();
}

/** The table that a name without endings names, alone or after its schema's (`cdm.person`), and whether as a part or a copy. */
function byName(stem: string): { table: string; form: 'whole' | 'part' | 'copy' } | undefined {
  const dots = [...stem.matchAll(/\./g)].map(({ index }) => index + 1);
  for (const start of [0, ...dots]) {
    const name = stem.slice(start);
    if (READ_TABLES[name]) return { table: name, form: 'whole' };
    for (const table of NAMES) {
      if (!name.startsWith(table)) continue;
      const rest = name.slice(table.length);
      if (PART.test(rest)) return { table, form: 'part' };
      if (COPY.test(rest)) return { table, form: 'copy' };
    }
  }
  return undefined;
}

function partitionOf(folders: string[]): NamedFile['partition'] {
  const pairs = folders.flatMap((folder) => {
    const [, key, value] = /^([a-z_]\w*)=(.*)$/is.exec(folder) ?? [];
    return key ? [[key.toLowerCase(), value === EMPTY_PARTITION ? null : decoded(value)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
