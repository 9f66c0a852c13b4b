import { describe, expect, it } from 'vitest';
import { obeyedByTerminals, wordingFaults } from './wording.ts';

describe('what a command prints', () => {
  it.each([
    ['x\n    at main (file:///a/b.js:3:14)\n', 'stack trace'],
    ['    at node:internal/main:2:1\n', 'inside Node'],
    ["TypeError: Cannot read properties of undefined (reading 'x')\n", "error's class"],
    ["No such file: ENOENT, open '/x'\n", "system's error code"],
    ['FATAL ERROR: Reached heap limit\n', 'memory ran out'],
    ['', 'without a message'],
    ['3\n', 'without a message'],
  ])('%j is not for users', (output, fault) => {
    expect(wordingFaults(output, true).join()).toContain(fault);
  });

  it('words are', () => {
    expect(wordingFaults('\nThe disk is full\n  at /tmp/x, line 3\n  Free some space.\n', true)).toEqual([]);
    expect(wordingFaults('', false)).toEqual([]);
  });

  it('what a terminal obeys is found, and what it shows is not', () => {
    expect(obeyedByTerminals('a\u001b[2J')).toBe('U+001B');
    expect(obeyedByTerminals('a\u202eb')).toBe('U+202E');
    expect(obeyedByTerminals('a\tb\r\n→ 60 %')).toBeUndefined();
  });
});
