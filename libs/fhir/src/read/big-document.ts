import { isUtf8 } from 'node:buffer';
import { JSONParser } from '@streamparser/json';
import { peek, readChunks, READ_LIMITS, type ReadLimits } from '@ehrsynth/io';
import type { Fault, Resource } from './resources.ts';

/** An element of one of the lists that a document consists of: entries, parameters, or the items of a list of resources. */
export interface BigPart {
  list: 'entry' | 'parameter' | 'item';
  index: number;
  value: unknown;
}

/** The lists that may be long. */
const LISTS = ['entry', 'parameter'] as const;
/** What else a Bundle or Parameters may have. @see FHIR R4, bundle; parameters */
const HEADER = 'resourceType id meta implicitRules language identifier type timestamp total link signature text'.split(
  ' ',
);
const STRING_BUFFER_BYTES = 1 << 16;
const NEWLINE = 10;
const SYNTAX = 'broken JSON';

/** A JSON document that is too long to be held: read part by part, as often as asked. */
export class BigDocument {
  /** What stands beside its lists; whole once the parts have been read. */
  header: Resource = { resourceType: '' };
  /** A list of resources; known once the parts have been read. */
  isList = false;

  constructor(
    readonly path: string,
    private readonly limits: ReadLimits = READ_LIMITS,
  ) {}

  /**
   * The elements of its lists in their order. What is broken ends them with a fault, which has its line. Memory is bounded by the
   * longest element, which may be as long as a line.
   * @throws UserError where the file cannot be read
   */
  async *parts(): AsyncGenerator<BigPart | Fault> {
    this.isList = /^\s*\[/.test((await peek(this.path)).text);
    const reader = new PartReader(this.path, this.limits, this.isList);
    for await (const chunk of readChunks(this.path, this.limits)) {
      yield* reader.write(chunk);
      if (reader.hasFailed) return;
    }
    yield* reader.end();
    this.header = reader.header;
  }
}

class PartReader {
  readonly header: Resource = { resourceType: '' };
  hasFailed = false;
  private found: BigPart[] = [];
  private readonly counts = { entry: 0, parameter: 0, item: 0 };
  private readonly parser: JSONParser;
  /** Bytes and lines before the chunk. */
  private bytes = 0;
  private lines = 0;
  /** Where the last part ended, and the last token began. */
  private lastPart = 0;
  private lastToken = 0;
  private notUtf8 = false;

  constructor(
    private readonly path: string,
    private readonly limits: ReadLimits,
    isList: boolean,
  ) {
    const paths = isList ? ['$.*'] : [...LISTS.map((name) => `$.${name}.*`), ...HEADER.map((name) => `$.${name}`)];
    this.parser = new JSONParser({ paths, keepStack: false, stringBufferSize: STRING_BUFFER_BYTES });
    this.parser.onValue = ({ value, key, stack }) => {
      // Of an element of a list the stack has the document and the list, whose name is its key.
      const list = isList ? 'item' : LISTS.find((name) => stack.length === 2 && stack[1].key === name);
      if (!list) this.header[String(key)] = value;
      else {
        this.found.push({ list, index: this.counts[list]++, value });
        this.lastPart = this.lastToken;
      }
    };
    this.parser.onToken = ({ offset }) => (this.lastToken = offset);
  }

  *write(chunk: Buffer): Generator<BigPart | Fault> {
    // A letter may go over two chunks: what is no UTF-8 shows up within one as well.
    this.notUtf8 ||= !isUtf8(withoutEnds(chunk));
    try {
      this.parser.write(chunk);
    } catch (error) {
      this.hasFailed = true;
      yield* this.taken();
      const place = /absolute position "(\d+)"/.exec((error as Error).message)?.[1];
      yield this.brokenAt(Number(place ?? this.lastToken), chunk, error as Error);
      return;
    }
    yield* this.taken();
    this.bytes += chunk.length;
    this.lines += newlinesIn(chunk);
    if (this.bytes - this.lastPart <= this.limits.maxLineBytes) return;
    this.hasFailed = true;
    yield {
      fault: 'part of a long document that is longer than --max-line-mb allows',
      where: `${this.path}, line ${this.lines + 1}`,
      file: true,
    };
  }

  *end(): Generator<BigPart | Fault> {
    try {
      if (!this.parser.isEnded) this.parser.end();
    } catch (error) {
      this.hasFailed = true;
      yield this.brokenAt(this.bytes, Buffer.alloc(0), error as Error);
    }
    yield* this.taken();
    if (this.notUtf8)
      yield {
        fault: 'file that is not UTF-8',
        detail: 'letters of other languages are lost',
        where: this.path,
        kind: 'note',
      };
  }

  private taken(): BigPart[] {
    const found = this.found;
    this.found = [];
    return found;
  }

  private brokenAt(offset: number, chunk: Buffer, { message }: Error): Fault {
    const line = this.lines + newlinesIn(chunk.subarray(0, Math.max(0, offset - this.bytes))) + 1;
    return { fault: SYNTAX, where: `${this.path}, line ${line}`, detail: message, file: true };
  }
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Without the bytes at either end that may be those of a letter that is cut. */
function withoutEnds(bytes: Buffer): Buffer {
  let start = 0;
  while (start < Math.min(3, bytes.length) && (bytes[start] & 0xc0) === 0x80) start++;
  let end = bytes.length;
  while (end > start && bytes.length - end < 4 && bytes[end - 1] >= 0x80) end--;
  return bytes.subarray(start, end);
}
