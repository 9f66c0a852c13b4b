import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at } = commandLine();
const PROGRAM = fileURLToPath(new URL('../bin/ehrsynth.js', import.meta.url));
const HEAP_MB = 512;
/** More than a string of Node holds. */
const DOCUMENT_BYTES = 620e6;
const CONDITIONS = 20;

const uuid = (kind: string, n: number) => `urn:uuid:${kind}1f2e3d4-5b6c-4d7e-8f90-${n.toString(16).padStart(12, '0')}`;
const entry = (fullUrl: string, resource: object) => `${JSON.stringify({ fullUrl, resource }, null, 1)}`;

/** A patient and their conditions, as entries of a Bundle. */
function record(n: number): string[] {
  const [patient, conditions] = [uuid('a', n), Array.from({ length: CONDITIONS }, (_, i) => n * CONDITIONS + i)];
  const div = `<div xmlns="http://www.w3.org/1999/xhtml">${'narrative '.repeat(20)}</div>`;
  return [
    entry(patient, {
      resourceType: 'Patient',
      gender: 'female',
      birthDate: '1970-05-01',
      text: { status: 'generated', div },
    }),
    ...conditions.map((i) =>
      entry(uuid('c', i), {
        resourceType: 'Condition',
        subject: { reference: patient },
        code: {
          coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: i % 2 ? 'E11.9' : 'I10' }],
          text: 'as "written"',
        },
        note: [{ text: 'of some length '.repeat(20) }],
        onsetDateTime: '2020-03-01',
      }),
    ),
  ];
}

/** Writes a Bundle of the size and gives how many patients are in it. @param end what its last bytes are */
function writeBundle(path: string, end: string): number {
  const file = openSync(path, 'w');
  let patients = 0;
  let bytes = writeSync(file, '{"resourceType":"Bundle","type":"collection","entry":[');
  while (bytes < DOCUMENT_BYTES) {
    const entries = Array.from({ length: 100 }, () => record(patients++)).flat();
    bytes += writeSync(file, `${patients > 100 ? ',\n' : ''}${entries.join(',\n')}`);
  }
  writeSync(file, end);
  closeSync(file);
  return patients;
}

it('a Bundle that no string holds becomes a cohort in half a gigabyte of heap, whole or broken', () => {
  for (const [end, fault] of [
    [']}', ''],
    [',\noops]}', 'broken JSON'],
  ]) {
    mkdirSync(at('long'));
    const patients = writeBundle(at('long', 'b.json'), end);
    const args = [
      `--max-old-space-size=${HEAP_MB}`,
      PROGRAM,
      'ingest',
      'fhir',
      at('long'),
      '-o',
      at('cohort'),
      '--force',
    ];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const { counts } = JSON.parse(readFileSync(at('cohort', 'run.json'), 'utf8')) as {
      counts: Record<string, unknown>;
    };
    expect(counts).toMatchObject({ patients, events: patients * CONDITIONS });
    expect(readFileSync(at('cohort', 'problems.ndjson'), 'utf8')).toContain(fault);
    rmSync(at('long'), { recursive: true });
  }
}, 1_800_000);
