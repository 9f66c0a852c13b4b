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
  /**
   * First and last day on which the code is known to hold: of the release that ships; of a code of a former release,
   * of that code, where a source says it.
   */
  validFrom?: string;
  validTo: string;
  /** The code is in no more release: it was deleted, or split into others. */
  former?: true;
  /** The last day on which it was billable, where it is a header now. */
  billableTo?: string;
  /** What took its place, where the conversion tables say so. */
  successors?: string[];
}

/**
 * The ICD-10-CM code set: chapters, blocks, headers and billable codes, by dotted or undotted code. Codes of former
 * releases are found too; the iteration and the children of an entry are those of the release that ships.
 */
export class Icd10cm {
  private static shipped?: Icd10cm;
  private readonly entries = new Map<string, Icd10cmEntry>();
  private readonly former = new Map<string, Icd10cmEntry>();

  constructor(rows: string[][], formerRows: string[][] = []) {
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
    formerRows.forEach((row) => this.addFormer(row));
  }

  /** What ships; read once in a process, since it takes half a second. */
  static load(): Icd10cm {
    const table = (name: string) => readTable(join(shippedFolder(), name));
    return (this.shipped ??= new Icd10cm(table('icd10cm.tsv.gz'), table('icd10cm-former.tsv.gz')));
  }

  /** The entry of a dotted or undotted code, of a block (A00-A09) or of a chapter (1 to 22). */
  find(code: string): Icd10cmEntry | undefined {
    const key = code.trim().toUpperCase().replace('.', '');
    return this.entries.get(key) ?? this.former.get(key);
  }

  /** From the parent up to the chapter. */
  ancestors(code: string): Icd10cmEntry[] {
    const parent = this.find(code)?.parent;
    return parent === undefined ? [] : [this.find(parent)!, ...this.ancestors(parent)];
  }

  /**
   * The code of the release that ships which stands for a code of a former one; the code itself where it is still
   * there, be it as a header.
   * @param as `successor`: the one code that took its place, or the nearest header above all that did; `parent`: the
   * nearest header that is still there
   */
  current(code: string, as: 'successor' | 'parent'): Icd10cmEntry | undefined {
    const entry = this.find(code);
    if (!entry?.former) return entry;
    const above = this.ancestors(code).filter((one) => !one.former);
    const successors = as === 'successor' ? this.currentSuccessors(entry) : [];
    if (successors.length === 1) return successors[0];
    const lines = successors.map((one) => [one, ...this.ancestors(one.code)]);
    return above.find((one) => one.level === 'code' && lines.every((line) => line.includes(one))) ?? above[0];
  }

  [Symbol.iterator](): IterableIterator<Icd10cmEntry> {
    return this.entries.values();
  }

  get size(): number {
    return this.entries.size;
  }

  /** How many codes of former releases are found beside those of the release that ships. */
  get formerSize(): number {
    return this.former.size;
  }

  private addFormer([key, billable, title, validFrom, validTo, next]: string[]): void {
    const now = this.entries.get(key);
    const successors = next ? next.split(' ').map(withDot) : undefined;
    if (now) {
      now.billableTo = validTo;
      now.successors = successors;
      return;
    }
    const parent = this.header(key)!;
    const code = withDot(key);
    const { chapter, block } = parent;
    const life = { ...(validFrom && { validFrom }), validTo, former: true as const, successors };
    const entry = { code, title, billable: billable === '1', parent: parent.code, children: [], chapter, block };
    this.former.set(key, { ...entry, level: 'code', ...life });
    if (parent.former) parent.children.push(code);
  }

  /** The successors that the release that ships has; of a successor that has gone too, what followed it. */
  private currentSuccessors({ successors = [] }: Icd10cmEntry): Icd10cmEntry[] {
    const found = successors.map((code) => this.find(code)).filter((entry) => entry !== undefined);
    const followed = found.flatMap((entry) => {
      const next = entry.former || entry.billableTo ? this.currentSuccessors(entry) : [];
      return next.length > 0 ? next : entry.former ? [] : [entry];
    });
    return [...new Set(followed)];
  }

  /** The longest code that this one begins with; placeholders (X) have none of their own. */
  private header(key: string): Icd10cmEntry | undefined {
    for (let length = key.length - 1; length >= 3; length--) {
      const entry = this.entries.get(key.slice(0, length)) ?? this.former.get(key.slice(0, length));
      if (entry?.level === 'code') return entry;
    }
    return undefined;
  }
}

function withDot(key: string): string {
  return key.length > 3 ? `${key.slice(0, 3)}.${key.slice(3)}` : key;
}
