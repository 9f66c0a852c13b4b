import type { Vocabulary } from '@ehrsynth/vocab';
import { type Column, columnKey } from './code-matrix.ts';
import { dictionaryTitle } from './levels.ts';

/** Texts of one code that are counted at a time. */
const MOST_TEXTS = 16;

/**
 * Titles of codes. What a source writes beside a code may be free text about one patient: a title is the dictionary's or, where no
 * dictionary has the code, the text that most patients share, if at least k do. Texts are counted in bounded memory (Misra and Gries
 * 1982): a count may come out too small where a code has very many texts, and never too large.
 */
export class Titles {
  private readonly texts = new Map<string, Map<string, number>>();

  constructor(private readonly vocabulary: Vocabulary) {}

  /** Counts what one patient's record has beside its codes. */
  add(columns: Iterable<Column>): void {
    const seen = new Set<string>();
    for (const column of columns) {
      const { display } = column;
      const key = columnKey(column);
      const once = `${key}|${display}`;
      if (display === undefined || seen.has(once)) continue;
      seen.add(once);
      if (!this.needs(column)) continue;
      if (!this.texts.has(key)) this.texts.set(key, new Map());
      count(this.texts.get(key)!, display);
    }
  }

  /** Counts a text that so many patients have beside a code; each text of a code once. */
  addCounted(column: Column, patients: number): void {
    const { display } = column;
    if (display === undefined || !this.needs(column)) return;
    const key = columnKey(column);
    if (!this.texts.has(key)) this.texts.set(key, new Map());
    this.texts.get(key)!.set(display, patients);
  }

  /** Whether the title is not the dictionary's. */
  needs(column: Column): boolean {
    return dictionaryTitle(column, this.vocabulary) === undefined;
  }

  /** The column with the title that it may have, or none. */
  titled(column: Column, k: number): Column {
    const { kind, system, code, level } = column;
    const display = dictionaryTitle(column, this.vocabulary) ?? this.shared(column, k);
    return { kind, system, code, ...(display !== undefined && { display }), level };
  }

  private shared(column: Column, k: number): string | undefined {
    const counted = [...(this.texts.get(columnKey(column)) ?? [])].filter(([, patients]) => patients >= k);
    return counted.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
  }
}

/** A text more; where there is no place for it, one less of all others. */
function count(texts: Map<string, number>, text: string): void {
  if (texts.has(text) || texts.size < MOST_TEXTS) {
    texts.set(text, (texts.get(text) ?? 0) + 1);
    return;
  }
  for (const [other, patients] of texts) {
    if (patients === 1) texts.delete(other);
    else texts.set(other, patients - 1);
  }
}
