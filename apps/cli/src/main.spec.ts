import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '@ehrsynth/pipeline';
import { listenToSignals } from './main.ts';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();
const partial = () => readdirSync(at()).filter((name) => name.includes('partial'));
/** Every file's content by its path, without run.json, which has times in it. */
function contents(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== 'run.json',
  );
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(path.length), readFileSync(file, 'base64')]),
  );
}

describe('the main road', () => {
  const quick = '-m medgan --pretrain-epochs 10 --epochs 15 --engine wasm';

  it('goes from FHIR to valid FHIR', async () => {
    expect(await ehrsynth('simulate --world sets -n 250 --seed 3 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 5')).toBe(0);
    expect(output()).toMatch(/250 patients, [\d,]+ events read[\s\S]*ICD-10-CM[\s\S]*NDC[\s\S]*patients to train on/);
    expect(await ehrsynth(`train @cohort -o @model ${quick}`)).toBe(0);
    expect(await ehrsynth('generate @model -n 60 -o @synth --seed 5')).toBe(0);
    for (const [format, threads] of [
      ['bundles', ''],
      ['ndjson', ' --threads 0'],
    ]) {
      expect(await ehrsynth(`export fhir @synth -o @fhir-${format} --format ${format}`)).toBe(0);
      expect(await ehrsynth(`validate fhir @fhir-${format}${threads}`)).toBe(0);
      // Warnings at most that no RxNorm stands beside an NDC: the crosswalk that ships lacks isosorbide mononitrate.
      expect(output()).toMatch(/0 errors, \d warnings in /);
      expect(output()).not.toMatch(/warning (?!profile)\w+ +[\d,]+\n/);
    }
    expect(await ehrsynth('evaluate @cohort @synth -o @report')).toBe(0);
    const { comparison, privacy, verdict } = JSON.parse(
      readFileSync(at('report', 'report.json'), 'utf8'),
    ) as Assessment;
    expect(comparison.rows).toMatchObject({ synthetic: 60 });
    expect(comparison.violations.synthetic.rows).toBe(0);
    expect(comparison.byCode.length).toBeGreaterThan(10);
    for (const { training } of comparison.byCode)
      if (training) expect(training * comparison.rows.training).toBeGreaterThan(10.5);
    expect(verdict.gates.find(({ name }) => name === 'impossible-rows')).toMatchObject({
      outcome: 'passed',
      value: 0,
    });
    expect(readFileSync(at('report', 'report.html'), 'utf8')).toContain('<h2 id="gates-title">');
    const { lower, value, upper } = privacy.membership.sets;
    expect(lower <= value && value <= upper).toBe(true);
    expect(output()).toMatch(/attacks on \d+ training patients[\s\S]*membership by distance of sets, AUC +0\.\d+ \(/);
    expect(partial()).toEqual([]);
  });

  it('writes the same bytes again for the same seeds', async () => {
    await ehrsynth('simulate --world sets -n 250 --seed 3 -o @source2');
    expect(contents(at('source2'))).toEqual(contents(at('source')));
    await ehrsynth('ingest fhir @source2 -o @cohort2 --min-patients 5');
    await ehrsynth(`train @cohort2 -o @model2 ${quick}`);
    await ehrsynth('generate @model2 -n 60 -o @synth2 --seed 5');
    await ehrsynth('export fhir @synth2 -o @fhir2');
    expect(Object.keys(contents(at('fhir2')))).toHaveLength(60);
    expect(contents(at('fhir2'))).toEqual(contents(at('fhir-bundles')));
    await ehrsynth('generate @model2 -n 60 -o @synth3 --seed 6');
    expect(contents(at('synth3'))).not.toEqual(contents(at('synth2')));
  });

  it('gives the same rows in shards, and puts them together', async () => {
    await ehrsynth('generate @model -n 2500 -o @whole --seed 8');
    for (const part of [1, 2, 3]) {
      expect(await ehrsynth(`generate @model -n 2500 -o @part-${part} --seed 8 --shard ${part}/3`)).toBe(0);
    }
    expect(await ehrsynth('merge @part-3 @part-1 @part-2 -o @merged')).toBe(0);
    const lines = (name: string) => gunzipSync(readFileSync(at(name, 'records.ndjson.gz'))).toString();
    expect(lines('merged')).toBe(lines('whole'));
    for (const file of ['matrix.npz', 'rows.parquet', 'columns.json']) {
      expect(readFileSync(at('merged', file)).equals(readFileSync(at('whole', file)))).toBe(true);
    }
    expect(await ehrsynth('merge @whole -o @merged-one')).toBe(0);
    expect(output()).toContain('synthetic patients from 1 part →');
    expect(await ehrsynth('merge @part-3 @part-1 -o @x')).toBe(2);
    expect(output()).toMatch(/not the parts of one run: part 2 of 3 is missing/);
    expect(await ehrsynth('merge @part-3 @part-1 @synth -o @x')).toBe(2);
    expect(output()).toMatch(/it belongs to a different run[\s\S]*synth/);
    expect(await ehrsynth('generate @model -n 10 --shard 4/3 -o @x')).toBe(2);
  });

  it('stops at a signal and goes on to the same model, with one log', async () => {
    const options = '-m medgan --engine wasm --pretrain-epochs 4 --epochs 24 --tensorboard @board';
    await ehrsynth(`train @cohort -o @straight ${options}`);
    const stopping = ehrsynth(`train @cohort -o @halted ${options}`);
    const log = at('.halted.checkpoint', 'training.jsonl');
    const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []);
    listenToSignals();
    while (linesOf(log).length < 10) await new Promise((resolve) => setTimeout(resolve, 1));
    process.emit('SIGTERM', 'SIGTERM');
    expect(await stopping).toBe(130);
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
    expect(output()).toMatch(/Training was stopped[\s\S]*--resume/);
    expect(partial()).toEqual([]);
    expect(await ehrsynth(`train @cohort -o @halted ${options} --resume`)).toBe(0);
    const weights = ['straight', 'halted'].map((name) => readFileSync(at(name, 'weights.bin')));
    expect(weights[0].equals(weights[1])).toBe(true);
    const epochs = linesOf(at('halted', 'training.jsonl')).map((line) => (JSON.parse(line) as { done: number }).done);
    // Each epoch once, and the calibration.
    expect(epochs).toEqual([...Array.from({ length: 28 }, (_, i) => i + 1), 28]);
    expect(existsSync(at('.halted.checkpoint'))).toBe(false);
    const [board] = readdirSync(at('board')).filter((name) => name.startsWith('events.out.tfevents.'));
    expect(readFileSync(at('board', board)).includes('loss/discriminator')).toBe(true);
  });

  it('reads its own OMOP export back, whatever the format: the same matrix', async () => {
    for (const format of ['csv', 'parquet', 'duckdb']) {
      expect(await ehrsynth(`export omop @synth -o @omop-${format} --format ${format}`)).toBe(0);
      const source = format === 'duckdb' ? 'omop-duckdb/omop.duckdb' : `omop-${format}`;
      expect(await ehrsynth(`ingest omop @${source} -o @from-${format} --min-patients 1`)).toBe(0);
    }
    const matrix = (name: string) => readFileSync(at(name, 'train', 'matrix.npz'));
    expect(matrix('from-parquet')).toEqual(matrix('from-csv'));
    expect(matrix('from-duckdb')).toEqual(matrix('from-csv'));
    expect(output()).toMatch(/person +60[\s\S]*ICD-10-CM[\s\S]*NDC/);
    expect(await ehrsynth('simulate --world sets -n 30 --omop csv -o @simulated-omop')).toBe(0);
    expect(await ehrsynth('ingest omop @simulated-omop -o @from-simulated --min-patients 1')).toBe(0);
    expect(output()).toMatch(/30 patients, [\d,]+ events read/);
  });

  it('reads its own export back: the same patients, codes and counts', async () => {
    for (const format of ['bundles', 'ndjson']) {
      await ehrsynth(`ingest fhir @fhir-${format} -o @again-${format} --holdout 0 --min-patients 1`);
      const { counts } = JSON.parse(readFileSync(at(`again-${format}`, 'run.json'), 'utf8')) as {
        counts: Record<string, unknown>;
      };
      expect(counts).toMatchObject({ patients: 60, skipped: {}, notes: {} });
    }
    await ehrsynth('export csv @synth -o @csv');
    const rows = readFileSync(at('csv', 'events.csv'), 'utf8').trim().split('\n').slice(1);
    const { counts } = JSON.parse(readFileSync(at('again-bundles', 'run.json'), 'utf8')) as {
      counts: { events: number };
    };
    expect(rows).toHaveLength(counts.events);
  });

  it('carries nothing of a source patient', () => {
    const text = Object.values(contents(at('fhir-ndjson')))
      .map((bytes) => Buffer.from(bytes, 'base64').toString())
      .join('');
    const model = readFileSync(at('model', 'timeline.json'), 'utf8');
    expect(`${text}${model}`).not.toMatch(/sim-\d/);
    expect(text.match(/"code":"HTEST"/g)!.length).toBe(text.trim().split('\n').length);
  });
});

describe('bad input and bad places', () => {
  const patient =
    '{"resourceType":"Patient","id":"p","gender":"male","birthDate":"1950-01-01"}\n' +
    '{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I10"}]}}\n';
  const source = (name: string, text: string) => {
    mkdirSync(at(name));
    writeFileSync(at(name, 'a.ndjson'), text);
  };

  it('skips and lists a broken line, or stops before anything is written', async () => {
    source('broken', `${patient}{"resourceType":\n`);
    expect(await ehrsynth('ingest fhir @broken -o @skipped --holdout 0 --min-patients 1')).toBe(0);
    expect(readFileSync(at('skipped', 'problems.ndjson'), 'utf8')).toContain('a.ndjson, line 3');
    expect(output()).toMatch(/Faults in the input[\s\S]*a\.ndjson, line 3: resource, broken JSON/);
    expect(await ehrsynth('ingest fhir @broken -o @stopped --on-error stop')).toBe(1);
    expect(output()).toMatch(/broken JSON[\s\S]*a\.ndjson, line 3/);
    expect(existsSync(at('stopped'))).toBe(false);
    expect(partial()).toEqual([]);
  });

  it('an empty folder', async () => {
    mkdirSync(at('empty'));
    expect(await ehrsynth('ingest fhir @empty -o @out')).toBe(2);
    expect(output()).toMatch(/The folder is empty[\s\S]*empty/);
    expect(existsSync(at('out'))).toBe(false);
  });

  /** Permissions do not bind the superuser: for the test we are somebody else. */
  const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid!(65534);
    return work().finally(() => isRoot && process.seteuid!(0));
  };

  it('a folder without permission, to read and to write', async () => {
    source('locked', patient);
    mkdirSync(at('readonly'));
    chmodSync(at(), 0o755);
    chmodSync(at('locked'), 0o000);
    chmodSync(at('readonly'), 0o555);
    mkdirSync(at('open'), { mode: 0o777 });
    chmodSync(at('open'), 0o777);
    await asNobody(async () => {
      expect(await ehrsynth('ingest fhir @locked -o @open/out')).toBe(3);
      expect(output()).toMatch(/No permission[\s\S]*locked/);
      expect(await ehrsynth('simulate --world sets -n 5 -o @readonly/out')).toBe(3);
      expect(output()).toMatch(/No permission[\s\S]*readonly/);
    });
    chmodSync(at('locked'), 0o755);
    chmodSync(at('readonly'), 0o755);
    expect(readdirSync(at('open'))).toEqual([]);
    expect(readdirSync(at('readonly'))).toEqual([]);
  });

  it('a folder that is there already, unless a command wrote it and it may be replaced', async () => {
    source('taken', patient);
    expect(await ehrsynth('simulate --world sets -n 5 -o @taken')).toBe(2);
    expect(output()).toMatch(/exists and is not empty[\s\S]*--force/);
    expect(await ehrsynth('simulate --world sets -n 5 -o @taken --force')).toBe(2);
    expect(readdirSync(at('taken'))).toEqual(['a.ndjson']);
    expect(await ehrsynth('simulate --world sets -n 5 -o @simulated')).toBe(0);
    expect(await ehrsynth('simulate --world sets -n 5 -o @simulated --force')).toBe(0);
    expect(readdirSync(at('simulated'))).toContain('run.json');
  });

  it('a folder of another command, an unknown option, a bad value', async () => {
    expect(await ehrsynth('train @simulated -o @x')).toBe(2);
    expect(output()).toMatch(/Not a folder that `ehrsynth ingest` wrote[\s\S]*It was written by `ehrsynth simulate`/);
    expect(await ehrsynth('simulate --patience 3 -o @x')).toBe(2);
    expect(await ehrsynth('simulate -n none -o @x')).toBe(2);
    expect(output()).toContain('Must be a whole number of at least 1');
  });

  it('validation fails with exit code 1 and says where', async () => {
    source('wrong', patient.replace('"male"', '"mail"'));
    expect(await ehrsynth('validate fhir @wrong --threads 0')).toBe(1);
    expect(output()).toMatch(/error +a\.ndjson, line 1 +Patient\/p +Patient\.gender +mail is not in the/);
  });
});

describe('vocab and doctor', () => {
  it('shows a code with its place, limits and children', async () => {
    expect(await ehrsynth('vocab show O80')).toBe(0);
    expect(output()).toMatch(/Encounter for full-term uncomplicated delivery[\s\S]*sex +female[\s\S]*age +9 to 64/);
    expect(await ehrsynth('vocab show 68180-513-01')).toBe(0);
    expect(output()).toContain('lisinopril');
    expect(await ehrsynth('vocab show Z99.999')).toBe(1);
  });

  it('checks a list of codes', async () => {
    writeFileSync(at('codes.txt'), 'E11.9\nI10\nX00.00X\n');
    expect(await ehrsynth('vocab check @codes.txt --system icd-10-cm')).toBe(1);
    expect(output()).toMatch(/codes\.txt, line 3: X00\.00X is not in the dictionary\n2 known, 1 not/);
  });

  it('says which engine is used and why, and what could be brought; an engine that there is not is wrong usage', async () => {
    expect(await ehrsynth('engine list')).toBe(0);
    expect(output()).toMatch(/^\w+ is used if no --engine is given/m);
    expect(output()).toMatch(/^ *onnx +--engine onnx +onnxruntime-node [\d.]+, about \d+ MB, by npm +(in|not) /m);
    expect(await ehrsynth('engine add abacus')).toBe(2);
  });

  it('says which engines and dictionaries there are', async () => {
    expect(await ehrsynth('doctor')).toBe(0);
    expect(output()).toMatch(/wasm +(used|available)[\s\S]*ICD-10-CM +2026/);
    expect(output()).toMatch(
      /^ *onnx +((used|available) +ONNX Runtime [\d.]+, \d+ threads?|unavailable +onnxruntime-node is (not installed|installed but does not load: .+)) *(to add it: ehrsynth engine add onnx)?$/m,
    );
  });
});
