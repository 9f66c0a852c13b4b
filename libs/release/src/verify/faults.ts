import { printable } from '@ehrsynth/io';

/** Faults of a package, in words. What comes from the package is made safe for a terminal here, once for all. */
export class Faults {
  readonly list: string[] = [];

  /** @param where path of the file, or what else is at fault */
  add(where: string, what: string): void {
    this.list.push(`${printable(where)}: ${printable(what)}`);
  }
}
