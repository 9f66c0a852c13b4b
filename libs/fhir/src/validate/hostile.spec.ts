import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutations } from '../testing/mutations.ts';
import { RIGHT } from '../testing/right-resources.ts';
import { FilesContext } from './context.ts';
import { DEEPEST, withoutDepths } from './depth.ts';
import { CheckingThreadError } from './errors.ts';
import type { Finding } from './finding.ts';
import { checkOnThreads } from './threads.ts';
import { validateFhir } from './validate.ts';
import { UNCHECKED, Validator } from './validator.ts';

const vocabulary = new Vocabulary();
const { patient } = RIGHT;
const which = { invariants: true, bestPractice: false };
const validator = new Validator(vocabulary, new FilesContext(), which);
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'hostile-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const check = (text: string) => validator.text({ text, where: 'x', isClosed: false }).findings;
const errorsIn = (text: string) => check(text).filter(({ severity }) => severity === 'error');

/** A Patient with so many levels of lists and objects in it. */
const NESTINGS: [string, string, (levels: number) => string][] = [
  [
    'extensions',
    'Patient.extension[0]',
    (levels) => `{"resourceType":"Patient","extension":[${chain('{"url":"urn:x","extension":[', ']}', levels)}]}`,
  ],
  [
    'contained resources',
    'Patient.contained[0]',
    (levels) =>
      `{"resourceType":"Patient","contained":[${chain('{"resourceType":"Patient","contained":[', ']}', levels)}]}`,
  ],
  [
    'Bundles',
    'Bundle.entry[0].resource',
    (levels) =>
      chain(
        '{"resourceType":"Bundle","type":"collection","entry":[{"resource":',
        '}]}',
        levels,
        '{"resourceType":"Patient"}',
      ),
  ],
  [
    'Parameters',
    'Parameters.parameter[0].resource',
    (levels) =>
      chain(
        '{"resourceType":"Parameters","parameter":[{"name":"x","resource":',
        '}]}',
        levels,
        '{"resourceType":"Patient"}',
      ),
  ],
  [
    'parts of Parameters',
    'Parameters.parameter[0].part[0]',
    (levels) => `{"resourceType":"Parameters","parameter":[${chain('{"name":"x","part":[', ']}', levels)}]}`,
  ],
  ['lists', 'Patient.name[0][0]', (levels) => `{"resourceType":"Patient","name":${chain('[', ']', levels)}}`],
  [
    'what R4 does not know',
    'Patient.x.x',
    (levels) => `{"resourceType":"Patient","x":${chain('{"x":', '}', levels, '1')}}`,
  ],
];

function chain(open: string, close: string, levels: number, inside = ''): string {
  return open.repeat(levels) + inside + close.repeat(levels);
}

describe('what is nested deeply', () => {
  it.each(NESTINGS)('reports %s, a thousand and a hundred thousand levels of them', (_, path, nested) => {
    for (const levels of [1_000, 100_000]) {
      const found = errorsIn(nested(levels)).filter(
        ({ message }) => message === `Nested deeper than ${DEEPEST} levels`,
      );
      expect(found).toHaveLength(1);
      expect(found[0].path.startsWith(path)).toBe(true);
      expect(found[0].rule).toBe('structure');
    }
  });

  it('checks the rest of a Bundle that has it, and what stands before the depth', () => {
    const deep = NESTINGS[0][2](1_000);
    const wrong = JSON.stringify({ ...patient, gender: 'mail' });
    const text = `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${deep}},{"resource":${wrong}}]}`;
    expect(errorsIn(text).map(({ path }) => path)).toContain('Patient.gender');
  });

  it('accepts as many levels as may be, and not one more', () => {
    const levels = (count: number) => {
      const resource: Record<string, unknown> = { resourceType: 'Patient' };
      let at = resource;
      for (let level = 1; level < count; level++) at = (at.x = {}) as Record<string, unknown>;
      return { resourceType: 'Patient', ...resource };
    };
    expect(withoutDepths(levels(DEEPEST)).cut).toEqual([]);
    expect(withoutDepths(levels(DEEPEST + 1)).cut).toHaveLength(1);
  });

  it('leaves what it was given as it was', () => {
    const given = JSON.parse(NESTINGS[0][2](300)) as { resourceType: string };
    const before = JSON.stringify(given);
    const { findings } = validator.document({ resource: given, where: 'x' });
    expect(findings.some(({ message }) => message.startsWith('Nested deeper'))).toBe(true);
    expect(JSON.stringify(given)).toBe(before);
  });
});

describe('a key that is given twice', () => {
  it.each<[string, string, string]>([
    ['in a resource', '{"resourceType":"Patient","gender":"male","gender":"female"}', 'Patient.gender'],
    [
      'deep down',
      '{"resourceType":"Patient","name":[{"family":"a","given":["b"],"family":"c"}]}',
      'Patient.name[0].family',
    ],
    [
      'in an entry',
      '{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"PUT","url":"Patient/b"},"resource":{"resourceType":"Patient","id":"a","id":"b"}}]}',
      'Bundle.entry[0].resource.id',
    ],
    ['the type', '{"resourceType":"Patient","resourceType":"Patient"}', 'Patient.resourceType'],
  ])('is reported %s', (_, text, path) => {
    expect(errorsIn(text)).toMatchObject([{ rule: 'structure', path, message: 'The same key twice in an object' }]);
  });

  it('is not one where two objects have it', () => {
    expect(errorsIn('{"resourceType":"Patient","name":[{"family":"a"},{"family":"a"}]}')).toEqual([]);
  });
});

describe('a thousand mutations', () => {
  it('give findings, never a fault of the check', () => {
    for (const { what, text } of mutations('validator', 1000)) {
      for (const { path, message, remedy, severity } of check(text)) {
        expect(message.startsWith(UNCHECKED), `${what}: ${message}`).toBe(false);
        expect([typeof path, typeof message, remedy !== ''], what).toEqual(['string', 'string', true]);
        expect(['error', 'warning', 'information']).toContain(severity);
      }
    }
  });

  it('give the same findings on threads', async () => {
    const texts = [...mutations('threads', 150)].map(({ text }) => text);
    const path = join(folder, 'x.ndjson');
    writeFileSync(path, texts.join('\n'));
    const found: Finding[][] = [[], []];
    for (const threads of [0, 2]) {
      await validateFhir(path, {
        vocabulary,
        threads,
        onFinding: (finding) => found[threads / 2].push(finding),
      });
    }
    expect(found[0].length).toBeGreaterThan(100);
    expect(found[1]).toEqual(found[0]);
  });
});

it.each<[string, string]>([
  ['a number', '1'],
  ['null', 'null'],
  ['text', '"Patient"'],
  ['nothing', '{}'],
  ['a type that is a list', '{"resourceType":["Patient"]}'],
])('reports a document that is %s', (_, text) => {
  expect(errorsIn(text)).toMatchObject([{ message: 'not a FHIR resource: no resourceType' }]);
});

it('reports a document that is a list, and checks what is in it', () => {
  expect(errorsIn('[{"resourceType":"Patient","id":1},{"resourceType":"Patient"}]')).toMatchObject([
    { message: 'a list of resources, not one' },
    { path: 'Patient.id' },
  ]);
});

it.each([0, 1000])('says where a thread was when it ended, asked %i ms after its start', async (milliseconds) => {
  async function* texts() {
    await setTimeout(milliseconds);
    yield { text: '{}', where: 'a.json', isClosed: false };
  }
  const unreadable = null as never;
  const checking = checkOnThreads(texts(), 1, unreadable).next();
  await expect(checking).rejects.toThrow(CheckingThreadError);
  await expect(checking).rejects.toThrow(/A checking thread ended: .*\n {2}at a\.json, or after it\n.*--threads 0/);
});

it('a thread that ends while the next file is still being read does not end the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note);
  const started = once(process, 'worker');
  async function* texts() {
    const [worker] = (await started) as [Worker];
    // Larger than a batch: handed to the thread before the next is asked for.
    yield { text: ' '.repeat(2 ** 21), where: 'a.json', isClosed: false };
    await new Promise((resolve) => worker.once('exit', resolve));
    // Rejections that nobody handles are reported once what was due is done.
    await setImmediate();
    yield { text: '{}', where: 'b.json', isClosed: false };
  }
  const unreadable = null as never;
  await expect(checkOnThreads(texts(), 1, unreadable).next()).rejects.toThrow(/at a\.json, or after it/);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

it('a resource with a hundred thousand faults has ten thousand listed, and an error for the others', () => {
  const name = `[${'[],'.repeat(99_999)}[]]`;
  const findings = check(`{"resourceType":"Patient","name":${name}}`);
  expect(findings).toHaveLength(10_001);
  expect(findings.at(-1)).toMatchObject({ severity: 'error', message: expect.stringContaining('10,000') });
});
