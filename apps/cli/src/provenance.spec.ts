import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Policy } from '@ehrsynth/release';
import { beforeAll, describe, expect, it } from 'vitest';
import { measureRelease, type RunRecord, writeRelease } from '@ehrsynth/pipeline';
import { commandLine, LENIENT } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();
const RECORDS = 'records.ndjson.gz';
const runOf = (name: string) => JSON.parse(readFileSync(at(name, 'run.json'), 'utf8')) as RunRecord;
const writeRun = (name: string, run: object) => writeFileSync(at(name, 'run.json'), JSON.stringify(run));
const lines = (path: string) => gunzipSync(readFileSync(path)).toString().trim().split('\n');
const sourceIds = () =>
  ['train', 'holdout'].flatMap((part) =>
    lines(at('cohort', part, RECORDS)).map((line) => (JSON.parse(line) as { id: string }).id),
  );
const leftovers = () => readdirSync(at()).filter((name) => /partial|work|^refused/.test(name));
const refused = async (synth: string, options = '') => {
  forget();
  const code = await ehrsynth(
    `release @${synth} -o @refused --policy @policy.yaml --format csv${options && ` ${options}`}`,
  );
  expect(leftovers()).toEqual([]);
  return code;
};

beforeAll(async () => {
  for (const command of [
    'simulate --world sets -n 500 --seed 3 -o @source',
    'ingest fhir @source -o @cohort',
    'train @cohort -o @model -m chow-liu',
    'generate @model -n 150 -o @synth',
  ])
    expect(await ehrsynth(command), output()).toBe(0);
  writeFileSync(at('policy.yaml'), LENIENT);
});

describe('what run folders say', () => {
  it('nothing of the machine, its user or a patient; where the step before is', async () => {
    expect(await ehrsynth('evaluate @cohort @synth -o @report --policy @policy.yaml'), output()).toBe(0);
    expect(await ehrsynth('export csv @synth -o @csv')).toBe(0);
    const ids = sourceIds();
    expect(ids).toHaveLength(500);
    for (const name of ['source', 'cohort', 'model', 'synth', 'report', 'csv']) {
      const files = ['run.json', 'model.json'].filter((file) => existsSync(at(name, file)));
      const text = files.map((file) => readFileSync(at(name, file), 'utf8')).join();
      for (const told of [at(), homedir(), hostname(), ...ids])
        expect(text.includes(told), `${name}: ${told}`).toBe(false);
    }
    expect(runOf('model').links).toEqual({ cohort: '../cohort' });
    expect(runOf('synth').links).toEqual({ model: '../model' });
    expect(runOf('cohort').inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(['source/1', 'source/2']));
  });
});

describe('a release follows its records back to the cohort', () => {
  /** Puts other records into a copy of the synthetic patients, and into what run.json says of them if asked. */
  const withRecords = (name: string, text: string, isHidden: boolean) => {
    cpSync(at('synth'), at(name), { recursive: true });
    const bytes = gzipSync(text);
    writeFileSync(at(name, RECORDS), bytes);
    if (!isHidden) return;
    const run = runOf(name);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const outputs = run.outputs!.map((file) => (file.name === RECORDS ? { ...file, sha256 } : file));
    writeRun(name, { ...run, outputs, counts: { patients: text.trim().split('\n').length } });
  };
  /** As many training patients as there are synthetic ones. */
  const training = () =>
    `${lines(at('cohort', 'train', RECORDS))
      .slice(0, 150)
      .join('\n')}\n`;

  it('real patients in place of the synthetic ones: their sum is not that of what was generated', async () => {
    withRecords('copied', training(), false);
    expect(await refused('copied')).toBe(1);
    expect(output()).toMatch(
      /A file was changed: its checksum differs from that of the file that `generate` wrote\n +at .*copied\/records\.ndjson\.gz\n +Run `ehrsynth generate` again/,
    );
    expect(existsSync(at('cohort', 'releases.ndjson'))).toBe(false);
    expect(await ehrsynth('evaluate @cohort @copied -o @none')).toBe(1);
  });

  it('and with the sum forged, the gates see whose records they are, under their own ids or others', async () => {
    withRecords('forged', training(), true);
    expect(await refused('forged')).toBe(1);
    expect(output()).toMatch(/✗ source-ids: .* is \d{3}; it must be at most 0/);
    expect(output()).toMatch(/✗ exact-copies/);
    const renamed = training().replace(/"id":"[^"]+"/g, () => `"id":"${randomUUID()}"`);
    withRecords('renamed', renamed, true);
    expect(await refused('renamed')).toBe(1);
    expect(output()).toMatch(/✗ exact-copies/);
    expect(output()).not.toContain('✗ source-ids');
    for (const id of sourceIds()) expect(output().includes(id)).toBe(false);
    const ledger = readFileSync(at('cohort', 'releases.ndjson'), 'utf8').trim().split('\n');
    const tries = ledger.map((line) => JSON.parse(line) as { outcome: string; failed: string[] });
    expect(tries.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
    expect(tries[0].failed).toContain('source-ids');
    rmSync(at('cohort', 'releases.ndjson'));
  });

  it('texts beside codes do not get out: titles are those of the dictionary and the columns', async () => {
    const synthetic = `${lines(at('synth', RECORDS)).join('\n')}\n`;
    withRecords('annotated', synthetic.replace(/"display":"[^"]+"/g, '"display":"seen by Ada Lovelace"'), true);
    expect(await ehrsynth('release @annotated -o @clean --policy @policy.yaml --format fhir,csv'), output()).toBe(0);
    const files = readdirSync(at('clean'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
    for (const name of files) expect(readFileSync(at('clean', name), 'utf8').includes('Lovelace'), name).toBe(false);
    expect(readFileSync(at('clean', 'data', 'csv', 'events.csv'), 'utf8')).toContain(
      'Essential (primary) hypertension',
    );
    rmSync(at('cohort', 'releases.ndjson'));
  });

  it('another model, another cohort, a statement that was put in, a folder without sums', async () => {
    expect(await ehrsynth('train @cohort -o @other -m marginals')).toBe(0);
    expect(await refused('synth', '--model @other')).toBe(1);
    expect(output()).toMatch(/A file was replaced: it is not the one that `generate` read[\s\S]*with --model/);
    expect(await ehrsynth('ingest fhir @source -o @elsewhere --seed 2')).toBe(0);
    expect(await refused('synth', '--cohort @elsewhere')).toBe(1);
    expect(output()).toMatch(/it is not the one that `train` read[\s\S]*or give the right folder with --cohort/);
    forget();
    expect(await ehrsynth('evaluate @elsewhere @synth -o @none')).toBe(1);
    expect(output()).toMatch(/and the steps after it; or give the folder of the right cohort\./);
    writeFileSync(at('model', 'privacy.json'), '{"epsilon":0.1}');
    expect(await refused('synth')).toBe(1);
    expect(output()).toMatch(/A file was added: `train` did not write it[\s\S]*privacy\.json/);
    rmSync(at('model', 'privacy.json'));
    // Held-out patients in whose place others were put, so that training patients look no closer.
    cpSync(at('cohort'), at('cohort.kept'), { recursive: true });
    const run = runOf('cohort');
    for (const file of run.outputs!) {
      if (!file.name.startsWith('holdout/')) continue;
      cpSync(at('cohort', file.name.replace('holdout', 'train')), at('cohort', file.name));
      file.sha256 = createHash('sha256')
        .update(readFileSync(at('cohort', file.name)))
        .digest('hex');
    }
    writeRun('cohort', run);
    expect(await refused('synth')).toBe(1);
    expect(output()).toMatch(/not the one that `train` read[\s\S]*holdout/);
    rmSync(at('cohort'), { recursive: true });
    cpSync(at('cohort.kept'), at('cohort'), { recursive: true });
    cpSync(at('synth'), at('old'), { recursive: true });
    writeRun('old', { ...runOf('old'), outputs: undefined });
    expect(await refused('old')).toBe(2);
    expect(output()).toMatch(/This folder cannot be verified[\s\S]*Run `ehrsynth generate` again/);
    expect(await ehrsynth('merge @old -o @none')).toBe(2);
  });

  it('a cohort or model that was changed stops the next step', async () => {
    cpSync(at('cohort'), at('touched'), { recursive: true });
    writeFileSync(at('touched', 'encoding.json'), '{}');
    expect(await ehrsynth('train @touched -o @none -m marginals')).toBe(1);
    expect(output()).toMatch(/A file was changed[\s\S]*encoding\.json/);
    cpSync(at('model'), at('touchedModel'), { recursive: true });
    rmSync(at('touchedModel', 'timeline.json'));
    expect(await ehrsynth('generate @touchedModel -n 5 -o @none')).toBe(1);
    expect(output()).toMatch(/A file is missing[\s\S]*timeline\.json/);
  });
});

describe('what is measured', () => {
  it('is each format as it was written: what one lacks is seen, and held against the gates itself', async () => {
    mkdirSync(at('package'));
    const records = await writeRelease(at('synth', RECORDS), at('package'), ['fhir', 'csv', 'omop'], 150);
    const policy = Policy.parse({ gates: { 'record-length': 0.5, 'rare-columns': 10 } });
    const input = { cohort: at('cohort'), model: at('model'), policy, seed: 1, records };
    const same = await measureRelease(at('package'), ['fhir', 'csv', 'omop'], input);
    expect(same.others).toEqual([]);
    expect(same.matrix.rows).toBe(150);
    const events = join(at('package'), 'data', 'csv', 'events.csv');
    const rows = readFileSync(events, 'utf8').trim().split('\n');
    // Half of the events are lost, and one is of a code that no patient of the source had.
    const kept = rows.filter((_row, i) => i % 2 === 0);
    kept[1] = kept[1].replace(
      /,(condition|drug|procedure),[^,]+,[^,]+,/,
      ',condition,http://hl7.org/fhir/sid/icd-10-cm,Q99.9,',
    );
    writeFileSync(events, `${kept.join('\n')}\n`);
    const { found, others, rare, matrix } = await measureRelease(at('package'), ['fhir', 'csv'], input);
    expect(matrix.rows).toBe(150);
    expect(others.map(({ format }) => format)).toEqual(['csv']);
    expect(others[0].entries).toBeGreaterThan(rows.length / 4);
    const length = (gates: typeof found.verdict.gates) => gates.find(({ name }) => name === 'record-length')!.value!;
    expect(length(others[0].verdict.gates)).toBeGreaterThan(length(found.verdict.gates));
    expect(rare).toEqual([{ name: 'condition Q99.9, which has no column', patients: 0 }]);
    expect(found.source).toEqual({ ids: 0, holders: 0 });
  });

  it('nothing that few patients hold, whatever --min-patients was: named by count', async () => {
    for (const command of [
      'ingest fhir @source -o @rareCohort --min-patients 2',
      'train @rareCohort -o @rareModel -m marginals',
      'generate @rareModel -n 400 -o @rareSynth',
    ])
      expect(await ehrsynth(command), output()).toBe(0);
    expect(await refused('rareSynth')).toBe(1);
    expect(output()).toMatch(
      /✗ rare-columns: .* is 2; it must be at least 10 \(off by 8\)[\s\S]*→ Ingest with --min-patients/,
    );
    expect(output()).toMatch(
      /Codes that too few training patients have \(number of patients\): (condition|drug) [^(]+ \(2\)/,
    );
    for (const id of sourceIds()) expect(output().includes(id)).toBe(false);
  });
});

describe('tries', () => {
  const release = (options: string) =>
    ehrsynth(`release @synth -o @kept --force --policy @policy.yaml --format csv${options && ` ${options}`}`);

  it('stand in the package, and stay when the cohort is written again; without a ledger there is no release', async () => {
    rmSync(at('cohort', 'releases.ndjson'), { force: true });
    writeFileSync(at('strict.yaml'), LENIENT.replace('discriminator: 0.999', 'discriminator: 0.501'));
    expect(await ehrsynth('release @synth -o @refused --policy @strict.yaml --format csv')).toBe(1);
    expect(await ehrsynth('release @synth -o @refused --policy @strict.yaml --format csv')).toBe(1);
    expect(await release(''), output()).toBe(0);
    const outcome = () => JSON.parse(readFileSync(at('kept', 'outcome.json'), 'utf8')) as { tries: object };
    expect(outcome().tries).toEqual({ asked: 2, samples: 1, evaluationSeeds: 1, refused: 1 });
    const datasheet = readFileSync(at('kept', 'datasheet.md'), 'utf8');
    expect(datasheet).toContain('2 releases from these patients have been requested up to this one');
    expect(datasheet.split('\n\n')[1]).toMatch(/^\*\*Loosened: membership-sets 0\.7 \(usual 0\.55\)/);
    expect(output()).toMatch(/Loosened: membership-sets 0\.7[^\n]*\nVerdict: fit for release/);
    expect(await ehrsynth('ingest fhir @source -o @cohort --force')).toBe(0);
    expect(await release('--seed 2'), output()).toBe(0);
    expect(outcome().tries).toEqual({ asked: 3, samples: 1, evaluationSeeds: 2, refused: 1 });
    const ledger = readFileSync(at('cohort', 'releases.ndjson'), 'utf8');
    expect(ledger.trim().split('\n')).toHaveLength(4);
    rmSync(at('cohort', 'releases.ndjson'));
    mkdirSync(at('cohort', 'releases.ndjson'));
    expect(await refused('synth')).toBe(3);
    expect(output()).toMatch(/The ledger of releases cannot be read/);
    rmSync(at('cohort', 'releases.ndjson'), { recursive: true });
  });
});

describe('a private model', () => {
  it('nothing of a real patient in the package but that gates passed', async () => {
    const options =
      '--engine wasm --epochs 2 --hidden 16 --batch-size 40 --seed 271828 --dp-epsilon 8 --dp-delta 0.001 --dp-public columns,timeline';
    expect(await ehrsynth(`train @cohort -o @private ${options}`), output()).toBe(0);
    expect(await ehrsynth('generate @private -n 120 -o @privateSynth --engine wasm')).toBe(0);
    writeFileSync(at('private.yaml'), LENIENT.replace('prevalence-shortfall: 1.9', 'prevalence-shortfall: off'));
    expect(
      await ehrsynth('release @privateSynth -o @privateRelease --policy @private.yaml --format csv'),
      output(),
    ).toBe(0);
    const text = (name: string) => readFileSync(at('privateRelease', name), 'utf8');
    const report = JSON.parse(text('report.json')) as Record<string, unknown>;
    expect(Object.keys(report).sort()).toEqual(['dated', 'records', 'synthetic', 'verdict', 'withheld']);
    const outcome = JSON.parse(text('outcome.json')) as {
      withheld: boolean;
      gates: { name: string; value?: number; outcome: string }[];
    };
    expect(outcome.withheld).toBe(true);
    expect(
      outcome.gates
        .filter(({ value }) => value !== undefined)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['impossible-rows', 'valid-records']);
    expect(outcome.gates.find(({ name }) => name === 'membership-sets')).toMatchObject({ outcome: 'passed' });
    const { training, holdout } = {
      training: lines(at('cohort', 'train', RECORDS)).length,
      holdout: lines(at('cohort', 'holdout', RECORDS)).length,
    };
    const papers = ['report.json', 'report.html', 'outcome.json', 'datasheet.md'].map(text).join();
    for (const hidden of ['271828', '"roc"', '"training"', '"holdout"', `${training} patients`, `${holdout} others`])
      expect(papers.includes(hidden), hidden).toBe(false);
    expect(papers).toContain('the budget does not cover');
  });
});
