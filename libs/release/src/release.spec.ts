import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from '@ehrsynth/evaluation';
import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { audit, kAnonymity } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Candidate, fillClasses } from './fill-classes.ts';
import { type Figures, GATES } from './gates.ts';
import { writePapers } from './package.ts';
import { defaultPolicy, parsePolicy, Policy, policyYaml } from './policy.ts';
import { judge } from './verdict.ts';
import { verifyRelease } from './verify.ts';

const columns: Column[] = [
  ...['female', 'male'].map((code): Column => ({ kind: 'demographic', system: 'sex', code, level: 'code' })),
  ...['18-24', '25-34'].map((code): Column => ({ kind: 'demographic', system: 'age', code, level: 'band' })),
  ...Array.from({ length: 30 }, (_, i): Column => ({ kind: 'condition', system: 'urn:test', code: `C${i}`, level: 'code' })),
]; // prettier-ignore

/** Rows of the numbers of columns. */
function matrix(rows: number[][]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((own, row) => builder.add(`p${row}`, own.map((column): [Column, number] => [columns[column], 1])));
  return builder.build();
} // prettier-ignore

function draw(rows: number, seed: string): CodeMatrix {
  const rng = new Rng(seed);
  const codes = () => columns.map((_, i) => i).filter((i) => i >= 4 && rng.chance(0.6 / (1 + i / 8)));
  return matrix(Array.from({ length: rows }, () => [rng.int(2), 2 + rng.int(2), ...codes()]));
}

const [training, holdout] = [draw(600, 'training'), draw(500, 'holdout')];
function figuresOf(synthetic: CodeMatrix): Figures {
  return {
    comparison: compare(training, holdout, synthetic),
    privacy: audit(training, holdout, synthetic),
    records: { checked: 10, invalid: 0 },
    source: { ids: 0, holders: 10 },
  };
}

describe('policy', () => {
  it('the one that is printed is the default', () => {
    const printed = parsePolicy(defaultPolicy(), 'policy.yaml');
    const { gates, ...rest } = Policy.parse({});
    expect(gates).toEqual({});
    expect(printed).toEqual({ ...rest, gates: expect.anything() });
    for (const { name, threshold } of GATES)
      if (threshold !== undefined) expect(printed.gates[name]).toBeCloseTo(threshold, 4);
  });

  it('the one of a release reads back as what was used', () => {
    const policy = parsePolicy('gates: { prevalence: 0.5, coverage: off }\nk-anonymity: { k: 5, quasi-identifiers: [sex] }', 'p');
    const again = parsePolicy(policyYaml(policy), 'policy.yaml');
    expect(again.gates).toMatchObject({ prevalence: 0.5, coverage: 'off', 'membership-sets': 0.55 });
    expect({ ...again, gates: policy.gates }).toEqual(policy);
    expect((parse(policyYaml(policy)) as Policy)['small-cells']).toBe(11);
  }); // prettier-ignore

  it.each([
    ['gates:\n  prevalance: 1', 'gates › prevalance', 'line 2'],
    ['small-cells: 11\ngates:\n  coverage: [1]', 'gates › coverage', 'line 3'],
    ['k-anonymity: { k: 1, quasi-identifiers: [sex] }', 'k-anonymity › k', 'line 1'],
    ['gates: {', 'at line 1, column 9', 'policy.yaml'],
  ])('says what is wrong, and where: %s', (text, what, where) => {
    expect(() => parsePolicy(text, 'policy.yaml')).toThrow(what);
    expect(() => parsePolicy(text, 'policy.yaml')).toThrow(where);
  });
});

describe('verdict', () => {
  it('every gate passes an independent draw', () => {
    const { passed, gates, off } = judge(figuresOf(draw(600, 'new')), Policy.parse({}));
    expect(gates.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(gates.filter(({ outcome }) => outcome === 'not measured').map(({ name }) => name)).toEqual([
      'exposure',
    ]);
    expect([passed, off]).toEqual([true, []]);
  });

  it('a copy of the training rows fails the gates of privacy, and no other', () => {
    const { passed, gates } = judge(figuresOf(training), Policy.parse({}));
    const failed = gates.filter(({ outcome }) => outcome === 'failed');
    expect(passed).toBe(false);
    expect(new Set(failed.map(({ section }) => section))).toEqual(new Set(['privacy']));
    const names = failed.map(({ name }) => name);
    for (const name of ['membership-sets', 'membership-counts', 'membership-density', 'exact-copies', 'near-copies', 'privacy-loss', 'attribute-inference', 'linkability', 'inference'])
      expect(names).toContain(name);
  }); // prettier-ignore

  it('holds at a threshold, fails past it, and leaves out what is off', () => {
    const figures = figuresOf(draw(400, 'new'));
    const { r } = figures.comparison.prevalence.synthetic;
    const outcome = (gates: Policy['gates'], more: Partial<Figures> = {}) =>
      judge({ ...figures, ...more }, Policy.parse({ gates })).gates.find(({ name }) => name in gates)
        ?.outcome;
    expect(outcome({ prevalence: r })).toBe('passed');
    expect(outcome({ prevalence: r + 1e-6 })).toBe('failed');
    expect(outcome({ prevalence: 'off' })).toBeUndefined();
    const { upper } = figures.privacy.identityDisclosure.risk;
    expect(outcome({ 'identity-disclosure': upper })).toBe('failed'); // Below, not at most.
    expect(outcome({ 'valid-records': 1 }, { records: { checked: 10, invalid: 1 } })).toBe('failed');
    expect(
      outcome(
        { exposure: 2 },
        {
          exposure: {
            mean: { value: 5, lower: 3.5, upper: 6.5 },
            unplanted: 1.4,
            candidates: 9,
            canaries: [],
          },
        },
      ),
    ).toBe('failed');
  });
});

describe('k-anonymity by addition', () => {
  /** Candidates of the numbers of columns; the record of one in three turns out to be of the other sex. */
  async function* candidates(rows: number[][]): AsyncGenerator<Candidate<number[]>> {
    for (const [i, row] of rows.entries()) {
      const mended = i % 3 === 2 ? [1 - row[0], ...row.slice(1)] : row;
      const entries = mended.map((column): [Column, number] => [columns[column], 1]);
      yield { columns: row, decode: () => ({ entries, value: mended }) };
    }
  }
  const rows = [[0, 2, 5], [0, 2, 6], [0, 2, 7], [1, 2, 5], [1, 3, 5], [1, 3, 6]]; // prettier-ignore

  it('takes of small classes alone, until each has k', async () => {
    // Women of 18–24 are three; men of 18–24 one, of 25–34 two; there are no women of 25–34, and none are made.
    const offered = [[1, 2, 8], [0, 3, 9], [1, 2, 9], [0, 2, 9], [1, 3, 9], [1, 3, 8], [1, 2, 10], [1, 3, 11], [1, 2, 12]]; // prettier-ignore
    const { filling, added } = await fillClasses(matrix(rows), { k: 3, quasiIdentifiers: ['sex', 'age'] }, candidates(offered)); // prettier-ignore
    // The third turns out a woman. Nothing is drawn after the last class is full.
    expect(added).toEqual([[1, 2, 8], [1, 2, 10], [1, 3, 9]]); // prettier-ignore
    expect(filling).toEqual({
      k: 3,
      quasiIdentifiers: ['sex', 'age'],
      added: 3,
      drawn: 7,
      classes: [
        { members: ['male', '18-24'], before: 1, found: 2 },
        { members: ['male', '25-34'], before: 2, found: 1 },
      ],
      left: [],
    });
    expect(kAnonymity(matrix([...rows, ...added]), ['sex', 'age']).k).toBe(3);
  });

  it('tells which rows are of classes that stay small, and adds nothing to them', async () => {
    const { filling, added } = await fillClasses(matrix(rows), { k: 3, quasiIdentifiers: ['sex', 'age'] }, candidates([[1, 2, 8], [1, 3, 9]])); // prettier-ignore
    expect(added).toEqual([[1, 3, 9]]);
    expect(filling.left).toEqual([3]);
  });

  it('draws nothing where every class is large enough, and counts codes as asked', async () => {
    const none = await fillClasses(matrix(rows), { k: 3, quasiIdentifiers: ['sex'] }, candidates([[0, 2]]));
    expect(none.filling).toMatchObject({ added: 0, drawn: 0, classes: [] });
    const byCode = await fillClasses(matrix(rows), { k: 2, quasiIdentifiers: ['sex', 'C1'] }, candidates([[0, 2, 5]])); // prettier-ignore
    // One woman with C1, and one man without.
    expect(byCode.filling.classes).toEqual([
      { members: ['female', 'C1'], before: 1, found: 1 },
      { members: ['male'], before: 1, found: 0 },
    ]);
    await expect(fillClasses(matrix(rows), { k: 2, quasiIdentifiers: ['region'] }, candidates([]))).rejects.toThrow('No such quasi-identifier: region'); // prettier-ignore
  });
});

describe('package', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    const synthetic = draw(600, 'new');
    const figures = figuresOf(synthetic);
    const license = { name: 'CC-BY-4.0', file: 'somewhere.txt' };
    const policy = Policy.parse({ license, datasheet: { title: 'A test: release' } });
    const verdict = judge(figures, policy);
    mkdirSync(at('data'));
    writeFileSync(at('data/t.csv'), 'a,b,c,d,e\n1,1,2020-01-01,true,\n2,1.5,2021-12-31,false,\n3,,,,\n');
    writeFileSync(at('report.json'), JSON.stringify({ ...figures, verdict }));
    writeFileSync(at('report.html'), '<title>Report</title>');
    const facts = {
      version: '9.9.9', date: '2026-01-02', patients: 600, codes: 30, formats: ['csv'], suppressed: 0, verdict, otherFormats: [],
      ingest: { minPatients: 10, rare: 'drop' as const }, tries: { asked: 1, samples: 1, evaluationSeeds: 1, refused: 0 },
      model: { name: 'MedGAN', seed: 3, trainedOn: 600, heldOut: 500 }, generated: { seed: 4, engine: 'wasm' },
    }; // prettier-ignore
    await writePapers(folder, policy, synthetic, facts, 'You may share this.');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has a manifest with the type of each column, and papers that say how it was made', () => {
    const manifest = JSON.parse(readFileSync(at('datapackage.json'), 'utf8')) as {
      name: string;
      licenses: object[];
      resources: { path: string; schema?: { fields: object[] } }[];
    };
    expect(manifest.name).toBe('a-test-release');
    expect(manifest.licenses).toEqual([{ name: 'CC-BY-4.0', path: 'LICENSE.txt' }]);
    expect(manifest.resources.find(({ path }) => path === 'data/t.csv')!.schema!.fields).toEqual(
      ['integer', 'number', 'date', 'boolean', 'string'].map((type, i) => ({ name: 'abcde'[i], type })),
    );
    const datasheet = readFileSync(at('datasheet.md'), 'utf8');
    for (const words of ['# A test: release', 'MedGAN, seed 3', 'learnt from 600 patients; 500 others', 'CC-BY-4.0', 'Differential privacy: none'])
      expect(datasheet).toContain(words);
    const [header, first] = readFileSync(at('data-dictionary.csv'), 'utf8').split('\n');
    expect(header).toBe('kind,system,code,title,level,patients,prevalence');
    expect(first).toMatch(/^demographic,sex,female,,code,\d+,0\.\d+$/);
  }); // prettier-ignore

  it('is found whole', async () => {
    const { files, faults } = await verifyRelease(folder);
    expect(faults).toEqual([]);
    expect(files).toBe(9);
  });

  it('and not when something in it was changed, added or taken away', async () => {
    const outcome = readFileSync(at('outcome.json'), 'utf8');
    appendFileSync(at('data/t.csv'), '4,,,,\n');
    writeFileSync(at('more.txt'), 'more');
    rmSync(at('LICENSE.txt'));
    writeFileSync(at('outcome.json'), outcome.replace('"outcome": "passed"', '"outcome": "not measured"'));
    const faults = (await verifyRelease(folder)).faults.join('\n');
    expect(faults).toMatch(/data\/t\.csv: its checksum is not the one in SHA256SUMS/);
    expect(faults).toMatch(/data\/t\.csv: its checksum is not the one in datapackage\.json/);
    expect(faults).toMatch(/more\.txt: not in SHA256SUMS/);
    expect(faults).toMatch(/LICENSE\.txt: missing/);
    expect(faults).toMatch(
      /outcome\.json: gate impossible-rows is told as not measured; by the figures it is passed/,
    );
  });
});
