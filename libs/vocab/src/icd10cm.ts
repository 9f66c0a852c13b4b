import { join } from 'node:path';
import { readTable } from '@ehrsynth/io';
import { shippedFolder } from './folders.ts';

/** The release that ships: ICD-10-CM 2026 with its April update (SOURCES.md). */
const RELEASE = { validFrom: '2026-04-01', validTo: '2026-09-30' };

export interface Icd10cmEntry {
  /** With its dot: E11.9. Chapters are their number, blocks their range: A00-A09. */
  code: string;
  title: string;
  level: 'chapter' | 'block' | 'code';
  billable: boolean;
  parent?: string;
  children: string[];
  chapter: string;
  block?: string;
  /** First and last day of the release in which the code is known to hold. */
  validFrom: string;
  validTo: string;
}

/** The ICD-10-CM code set: chapters, blocks, headers and billable codes, by dotted or undotted code. */
export class Icd10cm {
  private readonly entries = new Map<string, Icd10cmEntry>();

  constructor(rows: string[][]) {
    let chapter: Icd10cmEntry | undefined;
    let block: Icd10cmEntry | undefined;
    for (const [key, billable, title] of rows) {
      const level = /^\d+$/.test(key) ? 'chapter' : key.includes('-') ? 'block' : 'code';
      const code = level === 'code' ? withDot(key) : key;
      const parent = level === 'chapter' ? undefined : level === 'block' ? chapter : (this.header(key) ?? block);
      const entry: Icd10cmEntry = {
        code,
        title,
        level,
        billable: billable === '1',
        parent: parent?.code,
        children: [],
        chapter: level === 'chapter' ? code : chapter!.code,
        block: level === 'chapter' ? undefined : level === 'block' ? code : block!.code,
        ...RELEASE,
      };
      if (level === 'chapter') chapter = entry;
      if (level === 'block') block = entry;
      parent?.children.push(code);
      this.entries.set(key, entry);
    }
  }

  static load(): Icd10cm {
    return new Icd10cm(readTable(join(shippedFolder(), 'icd10cm.tsv.gz')));
  }

  /** The entry of a dotted or undotted code, of a block (A00-A09) or of a chapter (1 to 22). */
  find(code: string): Icd10cmEntry | undefined {
    return this.entries.get(code.trim().toUpperCase().replace('.', ''));
  }

  /** From the parent up to the chapter. */
  ancestors(code: string): Icd10cmEntry[] {
    const parent = this.find(code)?.parent;
    return parent === undefined ? [] : [this.find(parent)!, ...this.ancestors(parent)];
  }

  [Symbol.iterator](): IterableIterator<Icd10cmEntry> {
    return this.entries.values();
  }

  get size(): number {
    return this.entries.size;
  }

  /** The longest code that this one begins with; placeholders (X) have none of their own. */
  private header(key: string): Icd10cmEntry | undefined {
    for (let length = key.length - 1; length >= 3; length--) {
      const entry = this.entries.get(key.slice(0, length));
      if (entry?.level === 'code') return entry;
    }
    return undefined;
  }
}

function withDot(key: string): string {
  return key.length > 3 ? `${key.slice(0, 3)}.${key.slice(3)}` : key;
}
