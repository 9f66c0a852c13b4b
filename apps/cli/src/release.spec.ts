import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine, LENIENT } from './testing.ts';

const { at, ehrsynth, output } = commandLine();
const quick = '-m medgan --pretrain-epochs 10 --epochs 15 --batch-size 50 --discriminator-steps 1 --engine wasm';

describe('release', () => {
  beforeAll(async () => {
    for (const command of [
      'simulate --world sets -n 500 --seed 3 -o @source',
      'ingest fhir @source -o @cohort',
      `train @cohort -o @model ${quick}`,
      'generate @model -n 150 -o @synth --engine wasm',
    ])
      expect(await ehrsynth(command)).toBe(0);
    writeFileSync(at('LICENSE'), 'You may share this.\n');
    writeFileSync(
      at('policy.yaml'),
      `${LENIENT}license: { name: CC0-1.0, file: LICENSE }\ndatasheet: { purpose: To test. }\n`,
    );
  });

  it('writes a package that holds together, with every class as large as asked', async () => {
    const options = '--policy @policy.yaml --k 4 --quasi-identifiers sex,age --format fhir,csv,omop --engine wasm';
    expect(await ehrsynth(`release @synth -o @release ${options}`), output()).toBe(0);
    expect(output()).toMatch(/k-anonymity by sex, age: \d+ classes had fewer than 4 patients; \d+ patients were added/);
    expect(readdirSync(at('release')).sort()).toEqual([
      'LICENSE.txt',
      'SHA256SUMS',
      'data',
      'data-dictionary.csv',
      'datapackage.json',
      'datasheet.md',
      'outcome.json',
      'policy.yaml',
      'report.html',
      'report.json',
    ]);
    const patients = readFileSync(at('release', 'data', 'fhir', 'Patient.ndjson'), 'utf8')
      .trim()
      .split('\n');
    const csv = readFileSync(at('release', 'data', 'csv', 'patients.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    expect(patients.length).toBeGreaterThan(150);
    expect(csv.map((line) => line.split(',')[0])).toEqual(
      patients.map((line) => (JSON.parse(line) as { id: string }).id),
    );
    expect(new Set(csv).size).toBe(csv.length);
    expect(readFileSync(at('release', 'report.html'), 'utf8')).toContain('<div id="timelines">');
    const { kAnonymity, records } = JSON.parse(readFileSync(at('release', 'report.json'), 'utf8'));
    expect(kAnonymity.k).toBeGreaterThanOrEqual(4);
    expect(records.checked).toBeGreaterThan(1000);
    expect(records.invalid).toBe(0);
    // Nothing says where on the machine of the owner it came from.
    for (const name of [
      'report.json',
      'report.html',
      'datasheet.md',
      'datapackage.json',
      'policy.yaml',
      'outcome.json',
    ])
      expect(readFileSync(at('release', name), 'utf8').includes(at())).toBe(false);
    expect(await ehrsynth('release verify @release')).toBe(0);
    expect(output()).toContain('complete and unchanged');
    writeFileSync(at('release', 'data', 'csv', 'patients.csv'), 'changed');
    expect(await ehrsynth('release verify @release')).toBe(1);
    expect(output()).toContain('data/csv/patients.csv: its checksum differs');
    expect(readdirSync(at()).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('a gate that fails: says what, by how much and what to try, and leaves nothing', async () => {
    writeFileSync(at('strict.yaml'), `${LENIENT.replace('discriminator: 0.999', 'discriminator: 0.501')}`);
    expect(await ehrsynth('release @synth -o @refused --policy @strict.yaml --format csv')).toBe(1);
    expect(output()).toMatch(
      /Verdict: not fit for release: one gate failed[^\n]*\n +✗ discriminator: AUC of boosted trees.* is 0\.\d+; it must be at most 0\.501 \(off by 0\.\d+\)\n +→ The model misses what is common/,
    );
    expect(existsSync(at('refused'))).toBe(false);
    expect(readdirSync(at()).filter((name) => name.includes('refused') || name.includes('partial'))).toEqual([]);
  });

  it('small classes that stay small stop it, unless their patients may be left out', async () => {
    const options =
      '--policy @policy.yaml --k 12 --quasi-identifiers sex,age --most-draws 20 --format csv --engine wasm';
    expect(await ehrsynth(`release @synth -o @small ${options}`)).toBe(1);
    expect(output()).toMatch(/\d+ classes have fewer than 12 patients, \d+ in all, after 20 rows were drawn/);
    expect(existsSync(at('small'))).toBe(false);
    expect(await ehrsynth(`release @synth -o @small ${options} --suppress`), output()).toBe(0);
    expect(output()).toMatch(/\d+ patients were left out/);
    const { kAnonymity, comparison } = JSON.parse(readFileSync(at('small', 'report.json'), 'utf8'));
    expect(kAnonymity.k).toBeGreaterThanOrEqual(12);
    expect(comparison.rows.synthetic).toBeLessThan(150);
    expect(readFileSync(at('small', 'datasheet.md'), 'utf8')).toContain(
      'patients were left out because their classes remained smaller',
    );
  });

  it('patients of a shape: as asked, and so are those that fill classes', async () => {
    const shape = '--where age=30-60,sex=female --set-prevalence I10=0.5 --engine wasm';
    expect(await ehrsynth(`generate @model -n 80 -o @shaped ${shape}`), output()).toBe(0);
    expect(output()).toMatch(
      /Reshaped \(age=30-60, sex=female\): 80 of [\d,]+ drawn patients were kept[\s\S]*I10 +present +50\.0 % +(4|5)\d\.\d %/,
    );
    const options = '--policy @policy.yaml --k 4 --quasi-identifiers race --format csv --engine wasm';
    expect(await ehrsynth(`release @shaped -o @shapedRelease ${options}`), output()).toBe(0);
    const lines = readFileSync(at('shapedRelease', 'data', 'csv', 'patients.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    expect(lines.every((line) => line.split(',')[1] === 'female')).toBe(true);
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(lines.length);
    for (const [option, words] of [
      ['--where region=north', 'Give sex, age, race or code'],
      ['--where code=Q99.99', 'The model has no such code'],
      ['--balance sex=0.5/0.4', 'The shares sum to 0.9'],
      ['--set-prevalence I10=2', 'A share is a number from 0 to 1'],
      ['--where sex=female --shard 1/2', '--shard cannot be combined with'],
    ]) {
      expect(await ehrsynth(`generate @model -n 10 -o @none --engine wasm ${option}`)).toBe(2);
      expect(output()).toContain(words);
    }
  });

  it('prints the policy, and says what is wrong in one', async () => {
    expect(await ehrsynth('release policy')).toBe(0);
    expect(output()).toContain('  membership-sets: 0.55');
    writeFileSync(at('wrong.yaml'), 'gates:\n  membership: 0.5\n');
    expect(await ehrsynth('release @synth -o @none --policy @wrong.yaml')).toBe(2);
    expect(output()).toMatch(/membership: there is no such key[\s\S]*wrong\.yaml, line 2/);
    expect(await ehrsynth('release @synth -o @none --k 3 --quasi-identifiers region')).toBe(2);
    expect(output()).toContain('Unknown quasi-identifier: region');
  });
});
