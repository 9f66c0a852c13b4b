import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventKind, PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPatientRecords } from './read/patient-records.ts';
import { SystemAliases } from './read/systems.ts';
import { type Mutation, mutations } from './testing/mutations.ts';
import { coded } from './testing/right-resources.ts';
import { FilesContext } from './validate/context.ts';
import { UNCHECKED, Validator } from './validate/validator.ts';

const MUTATIONS = 5000;
/** Of a resource, as the tally names it. */
const PART = /^[A-Z]\w*\.[a-z]\w*$/;
const PER_FILE = 500;
const vocabulary = new Vocabulary();
const KINDS: EventKind[] = ['condition', 'drug', 'procedure', 'measurement', 'immunization', 'allergy'];
/** One who is right among all that is not. */
const RIGHT = [
  { resourceType: 'Patient', id: 'right', gender: 'female', birthDate: '1970-05-01' },
  {
    resourceType: 'Condition',
    id: 'right',
    subject: { reference: 'Patient/right' },
    code: coded(System.icd10cm, 'E11.9'),
  },
];
const all: Mutation[] = [...mutations('fuzz', MUTATIONS)];
const parts = Array.from({ length: MUTATIONS / PER_FILE }, (_, i) => all.slice(i * PER_FILE, (i + 1) * PER_FILE));

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fuzz-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function read() {
  const tally = new Tally();
  const records: PatientRecord[] = [];
  let resources = 0;
  const options = {
    aliases: new SystemAliases(),
    vocabulary,
    kinds: KINDS,
    claims: 'read' as const,
    release: 'r4' as const,
    onProgress: (progress: { resources: number }) => (resources = progress.resources),
  };
  for await (const record of readPatientRecords(folder, options, tally)) records.push(record);
  return { records, tally, resources };
}

/** Resources and files that were read or left out for a reason; of parts (Observation.component) there may be more. */
function counted(tally: Tally): number {
  const skipped = [...tally.skipped]
    .filter(([type]) => !PART.test(type))
    .flatMap(([, reasons]) => [...reasons.values()]);
  const files = tally.problems.filter(
    ({ resourceType, reason }) => resourceType === 'file' && !tally.skipped.get('file')?.has(reason),
  );
  return [files.length, ...tally.used.values(), ...skipped].reduce((sum, count) => sum + count, 0);
}

describe(`${MUTATIONS} resources that were right, damaged`, () => {
  it.each(parts.map((part, i) => [i * PER_FILE, part] as const))(
    'from %i: read, left out for a reason, or a fault with its place',
    async (_, part) => {
      const texts = part.map(({ text }) => text.replaceAll('\n', ' ') || ' ');
      writeFileSync(join(folder, 'x.ndjson'), [...texts, ...RIGHT.map((one) => JSON.stringify(one))].join('\n'));
      texts.slice(0, 20).forEach((text, i) => writeFileSync(join(folder, `${i}.json`), text));
      const { records, tally, resources } = await read();
      const right = records.find(({ id }) => id === 'right');
      expect(right?.events.map(({ code }) => code.code)).toEqual(['E11.9']);
      for (const record of records)
        expect(PatientRecord.safeParse(record).error?.issues, JSON.stringify(record)).toBeUndefined();
      expect(counted(tally)).toBe(resources);
      const faults = tally.problems.filter(({ reason }) => !tally.notes.has(reason));
      expect(faults.length).toBeGreaterThan(PER_FILE / 10);
      for (const { reason, where } of faults) {
        expect(reason).toMatch(/^[a-zA-Z]/);
        expect(where).toMatch(/(, line \d+|\.json)(, entry \d+| , .*)?/);
      }
    },
  );

  it('are checked by the validator: findings, each with its path, never a fault of the check', () => {
    const validator = new Validator(vocabulary, new FilesContext(), {
      invariants: true,
      bestPractice: false,
    });
    let found = 0;
    const some = all.filter((_, i) => i % 3 === 0);
    for (const { what, text } of some) {
      const { findings } = validator.text({ text, where: 'x', isClosed: false });
      found += findings.length > 0 ? 1 : 0;
      const bad = findings.find(
        ({ path, message, severity }) =>
          typeof path !== 'string' || message.startsWith(UNCHECKED) || !/^(error|warning|information)$/.test(severity),
      );
      expect(bad && `${what}: ${bad.message}`).toBeUndefined();
    }
    expect(found).toBeGreaterThan(some.length / 2);
  });
});
