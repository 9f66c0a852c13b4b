import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { outsideName } from './outside-name.ts';

const NASTY = [
  '..',
  '.',
  '',
  '../',
  '../../../x',
  '/etc/passwd',
  '..\\..\\x',
  'C:\\x',
  'C:x',
  'Patient\0',
  'CON',
  'nul.txt',
  'COM1.ndjson',
  'a:b',
  'a.',
  'a ',
  ' a',
  '-rf',
  '~',
  '.hidden',
  'é'.repeat(300),
  'P'.repeat(300),
  '\ud800',
  '\u202egnp.exe',
  'a\nb',
];
const outside = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 400 }) },
  fc.constantFrom(...NASTY),
  fc.array(fc.constantFrom('..', '/', '\\', '\0', ':', 'CON', 'a', '.', ' ')).map((parts) => parts.join('')),
);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'outside-'))));
afterAll(() => rmSync(folder, { recursive: true }));

it('lies directly in the folder that it is joined to, on POSIX and on Windows', () => {
  const check = (text: string) => {
    const name = outsideName(text);
    expect(posix.dirname(posix.resolve('/folder', name))).toBe('/folder');
    expect(win32.dirname(win32.resolve('C:\\folder', name))).toBe('C:\\folder');
    expect(posix.basename(name)).toBe(name);
    expect(win32.basename(name)).toBe(name);
  };
  NASTY.forEach(check);
  fc.assert(fc.property(outside, check), { numRuns: 2000 });
});

it('is legal everywhere: plain characters, short, no device, no dot or blank at its end', () => {
  fc.assert(
    fc.property(outside, (text) => {
      const name = outsideName(text);
      expect(name).toMatch(/^\w[\w.~-]{0,120}$/);
      expect(name).not.toMatch(/\.$/);
      expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
    }),
    { numRuns: 2000 },
  );
});

it('differs for different strings', () => {
  fc.assert(
    fc.property(outside, outside, (a, b) => {
      expect(outsideName(a) === outsideName(b)).toBe(a === b);
    }),
    { numRuns: 2000 },
  );
  expect(new Set(NASTY.map(outsideName)).size).toBe(NASTY.length);
  // Not even where one string is what the other becomes.
  expect(outsideName(outsideName('../x'))).not.toBe(outsideName('../x'));
});

it('leaves what is plain as it is', () => {
  for (const plain of ['Patient', 'concept_class', 'patient-7', '1.2.840.10008', 'Z34.90'])
    expect(outsideName(plain)).toBe(plain);
});

it('names files that can be written', () => {
  const inner = join(folder, 'inner', 'most');
  mkdirSync(inner, { recursive: true });
  for (const text of NASTY) writeFileSync(join(inner, outsideName(text)), text);
  expect(readdirSync(inner)).toHaveLength(NASTY.length);
  expect(readdirSync(folder, { recursive: true })).toHaveLength(NASTY.length + 2);
});
