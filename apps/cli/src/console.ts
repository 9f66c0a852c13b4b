import { format } from 'node:util';
import { printableLines } from '@ehrsynth/io';

/**
 * What commands print with, in place of the global of the same name: nothing in a text from outside (titles of codes, names of
 * files, words of a server) acts on the terminal.
 */
export const console = {
  log(...words: unknown[]): void {
    globalThis.console.log(printableLines(format(...words)));
  },
  error(...words: unknown[]): void {
    globalThis.console.error(printableLines(format(...words)));
  },
};
