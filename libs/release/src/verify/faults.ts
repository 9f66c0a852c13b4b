/** Faults of a package, in words. What comes from the package is made safe for a terminal here, once for all. */
export class Faults {
  readonly list: string[] = [];

  /** @param where path of the file, or what else is at fault */
  add(where: string, what: string): void {
    this.list.push(`${printable(where)}: ${printable(what)}`);
  }
}

const LONGEST = 400;

/**
 * A text without characters that act on a terminal or hide others (controls, direction marks, zero widths, halves of surrogate pairs),
 * each written as its escape, and cut where it is long.
 */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return cut.replace(UNSAFE, (found) => `\\u{${found.codePointAt(0)!.toString(16)}}`);
}

/** Unicode's controls, formats, separators of lines, unpaired surrogates and private characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
