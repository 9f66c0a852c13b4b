import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

const PATIENT =
  '{"resourceType":"Patient","id":"p","gender":"male","birthDate":"1950-01-01"}\n' +
  '{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I10"}]}}\n';
const folder = (name: string, files: Record<string, string | Uint8Array>) => {
  mkdirSync(at(name));
  for (const [file, text] of Object.entries(files)) writeFileSync(at(name, file), text);
};
const INGEST = '--holdout 0 --min-patients 1';

describe('what others put into a folder of FHIR', () => {
  it('a line over the limit is listed and passed over, or stops the run', async () => {
    const long = `{"resourceType":"Patient","id":"${'x'.repeat(5000)}"}\n`;
    folder('long', { 'a.ndjson': `${long}${PATIENT}` });
    expect(await ehrsynth(`ingest fhir @long -o @kept ${INGEST} --max-line-mb 0.004`), output()).toBe(0);
    expect(output()).toMatch(/1 patients/);
    expect(readFileSync(at('kept', 'problems.ndjson'), 'utf8')).toMatch(/--max-line-mb.*a\.ndjson, line 1/);
    expect(await ehrsynth(`ingest fhir @long -o @stopped ${INGEST} --max-line-mb 0.004 --on-error stop`)).toBe(1);
    expect(await ehrsynth('validate fhir @long --threads 0 --max-line-mb 0.004')).toBe(1);
    expect(output()).toMatch(/a\.ndjson, line 1[\s\S]*max-line-mb/);
    expect(await ehrsynth('push @long --server http://127.0.0.1:1 --dry-run --max-line-mb 0.004')).toBe(1);
    expect(existsSync(at('stopped'))).toBe(false);
  });

  it('a gzip bomb is listed, and the other files are read', async () => {
    const bomb = gzipSync(`{"resourceType":"Patient","id":"${' '.repeat(80 << 20)}"}\n`);
    folder('bomb', { 'a.ndjson.gz': bomb, 'b.json.gz': bomb, 'c.ndjson': PATIENT });
    expect(await ehrsynth(`ingest fhir @bomb -o @unharmed ${INGEST}`), output()).toBe(0);
    const problems = readFileSync(at('unharmed', 'problems.ndjson'), 'utf8');
    expect(problems).toMatch(/--max-expansion.*a\.ndjson\.gz[^]*--max-expansion.*b\.json\.gz/);
    expect(output()).toMatch(/1 patients/);
  });

  it('links in a circle, links to nothing and pipes are reported and passed over', async () => {
    folder('odd', { 'a.ndjson': PATIENT });
    symlinkSync('.', at('odd', 'circle'));
    symlinkSync('nothing.ndjson', at('odd', 'b.ndjson'));
    spawnSync('mkfifo', [at('odd', 'pipe.ndjson')]);
    expect(await ehrsynth(`ingest fhir @odd -o @even ${INGEST}`), output()).toBe(0);
    expect(output()).toMatch(/skipped: a broken link/);
    expect(output()).toMatch(/skipped: a link to a folder that is already being read/);
    expect(output()).toMatch(/skipped: a pipe, a socket or a device/);
  });
});

it('a gzip bomb among the tables of a CDM is refused', async () => {
  const header = 'person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id\n';
  folder('cdm', { 'person.csv.gz': gzipSync(header + '1,8507,1950,0,0\n'.repeat(5_000_000)) });
  expect(await ehrsynth('ingest omop @cdm -o @out')).toBe(1);
  expect(output()).toMatch(/more than 200 times its size[\s\S]*person\.csv\.gz[\s\S]*--max-expansion/);
});
