import { basename, dirname, relative, sep } from 'node:path';
import {
  BrokenGzipError,
  ExpansionError,
  listFiles,
  peek,
  READ_LIMITS,
  type ReadLimits,
  readIfShort,
  readLineBatches,
  type SkippedEntry,
  UserError,
} from '@ehrsynth/io';
import { BigDocument } from './big-document.ts';
import { NothingToReadError } from './errors.ts';
import { EMPTY, type FileKind, hasDocumentPerLine, kindOfFile } from './file-kind.ts';
import type { Fault } from './resources.ts';

/** A JSON document as it stands in a file or on a line of one. */
export interface Text {
  text: string;
  where: string;
  /** A line of an NDJSON file: one of an export that is whole in itself. */
  isClosed: boolean;
  folder?: Folder;
}

/** One that is too long to be held. */
export interface BigText {
  big: BigDocument;
  where: string;
  folder?: Folder;
}

/**
 * Where the clients of bulk exports put what is no data: below `deleted`, and below `error`. A file of a name like deleted.ndjson is
 * taken for one in the folder.
 */
export type Folder = 'deleted' | 'error';

export type OnFile = (path: string, index: number, files: number) => void;

export interface ReadingFiles {
  onFile?: OnFile;
  limits?: ReadLimits;
  /** The folder was fetched from a server by us: what it could not give has been reported, and empty files are ours. */
  isFetched?: boolean;
  /** Called with each file of which something is read. */
  onRead?: (path: string) => void;
}

/** Where the beginning of a file does not show how it is read, so much of it does. */
const LONG_HEAD_BYTES = 1 << 20;

/**
 * The documents of a file or folder, not yet parsed: a file, or a line. What a file holds decides, not its name. What of the folder
 * is not read, or not to its end, and a line over the limit, is a fault.
 * @throws NothingToReadError where no file holds any; UserError where the folder cannot be read
 */
export async function* readTexts(source: string, reading: ReadingFiles = {}): AsyncGenerator<Text | BigText | Fault> {
  for await (const texts of readTextBatches(source, reading)) yield* texts;
}

/** The same, many at a time. */
export async function* readTextBatches(
  source: string,
  { onFile = () => {}, onRead = () => {}, limits = READ_LIMITS, isFetched = false }: ReadingFiles = {},
): AsyncGenerator<(Text | BigText | Fault)[]> {
  const skipped: SkippedEntry[] = [];
  const files = await listFiles(source, (entry) => skipped.push(entry));
  yield skipped.map(({ path, why }) => ({ fault: `skipped: ${why}`, where: path, file: true }));
  const notRead = new Map<string, number>();
  let read = 0;
  for (const [index, path] of files.entries()) {
    const folder = folderOf(path, source);
    if (isFetched && folder === 'error') continue;
    onFile(path, index, files.length);
    const kind = await kindOf(path);
    if ('notRead' in kind) {
      notRead.set(kind.notRead, (notRead.get(kind.notRead) ?? 0) + 1);
      if (isFetched && kind.notRead === EMPTY) continue;
      yield [
        {
          fault: kind.notRead,
          where: path,
          kind: kind.mayHoldData ? 'file not read' : 'file without FHIR',
        },
      ];
    } else if (kind.as !== 'nothing') {
      read++;
      onRead(path);
      yield* textsOf(path, kind.as, limits, folder);
    }
  }
  if (read === 0) throw new NothingToReadError(source, notRead);
}

async function kindOf(path: string): Promise<FileKind> {
  const head = await peek(path);
  const kind = kindOfFile(path, head);
  const isUndecided = 'as' in kind && !head.isWhole && !/[\r\n]\s*\S/.test(head.text);
  if (!isUndecided || kind.as === 'nothing') return kind;
  const { text } = await peek(path, LONG_HEAD_BYTES);
  return { as: hasDocumentPerLine(text, basename(path)) ? 'lines' : 'document' };
}

async function* textsOf(
  path: string,
  as: 'lines' | 'document',
  limits: ReadLimits,
  folder: Folder | undefined,
): AsyncGenerator<(Text | BigText | Fault)[]> {
  const of = folder && { folder };
  try {
    if (as === 'document') {
      const found = await readIfShort(path, limits.maxWholeBytes ?? READ_LIMITS.maxWholeBytes!, limits);
      if (!found) yield [{ big: new BigDocument(path, limits), where: path, ...of }];
      else {
        if (found.notUtf8) yield [notUtf8(path)];
        yield [{ text: found.text, where: path, isClosed: false, ...of }];
      }
      return;
    }
    let isUtf8 = true;
    for await (const lines of readLineBatches(path, limits, 'report')) {
      const texts: (Text | Fault)[] = [];
      for (const { text, number, tooLong, notUtf8: isOther } of lines) {
        const where = `${path}, line ${number}`;
        if (isOther && isUtf8) {
          isUtf8 = false;
          texts.push(notUtf8(where));
        }
        texts.push(tooLong ? tooLongLine(where, limits) : { text, where, isClosed: true, ...of });
      }
      yield texts;
    }
  } catch (error) {
    const fault = UNREADABLE.find(([kind]) => error instanceof kind)?.[1];
    if (!fault) throw error;
    yield [{ fault, where: (error as UserError).details.where!, detail: firstLine(error), file: true }];
  }
}

/** What is wrong with a file that is not read, or not to its end, while the others are. */
const UNREADABLE = [
  [BrokenGzipError, 'truncated or damaged gzip'],
  [ExpansionError, 'gzip that decompresses to more than --max-expansion allows'],
] as const;

function folderOf(path: string, source: string): Folder | undefined {
  const name = relative(source, path).toLowerCase();
  const folders = dirname(name).split(sep);
  if (folders.includes('deleted') || /^deleted.*\.ndjson/.test(basename(name))) return 'deleted';
  return folders.includes('error') || folders.includes('errors') ? 'error' : undefined;
}

/** The first place of each file. */
function notUtf8(where: string): Fault {
  return { fault: 'file that is not UTF-8, read as Windows-1252', where, kind: 'note' };
}

function tooLongLine(where: string, { maxLineBytes }: ReadLimits): Fault {
  const limit = Math.round((maxLineBytes / (1 << 20)) * 100) / 100;
  return { fault: 'line longer than --max-line-mb allows', where, detail: `more than ${limit} MB` };
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0];
}
