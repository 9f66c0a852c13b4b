import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from '@ehrsynth/evaluation';
import { type CodeMatrix, stacked } from '@ehrsynth/matrix';
import { audit } from '@ehrsynth/privacy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adviceOf } from './advice.ts';
import { writePapers } from './package.ts';
import { Policy } from './policy.ts';
import { caveatsOf } from './caveats.ts';
import { headline } from './headline.ts';
import { type Figures, type GateOutcome, judge, type Verdict } from './index.ts';
import { draw } from './testing.ts';
import { verifyRelease } from './verify.ts';

const [training, holdout] = [draw(1200, 'training'), draw(1000, 'holdout')];
async function figuresOf(synthetic: CodeMatrix, learned = training, unseen = holdout): Promise<Figures> {
  return {
    comparison: await compare(learned, unseen, synthetic, { limitsOf: () => ({}) }),
    privacy: audit(learned, unseen, synthetic),
    records: { checked: 10, invalid: 0 },
    source: { ids: 0, holders: 10 },
  };
}

const honest = await figuresOf(draw(1000, 'new'));
/** Where nothing but what is found about the patients matters. */
const privacyOf = (synthetic: CodeMatrix): Figures => ({ ...honest, privacy: audit(training, holdout, synthetic) });

describe('verdict', () => {
  const named = ({ gates }: Verdict, outcome: string) =>
    gates.filter((gate) => gate.outcome === outcome).map(({ name }) => name);

  it('an independent draw passes every gate', () => {
    const verdict = judge(honest, Policy.parse({}));
    expect(named(verdict, 'failed')).toEqual([]);
    expect(named(verdict, 'too few to tell')).toEqual([]);
    expect([verdict.passed, verdict.off, verdict.loosened]).toEqual([true, [], []]);
    expect(headline({ ...verdict, accepted: [] })).toContain('fit for release');
  });

  it('a copy of the training rows fails the gates of privacy, and no other', async () => {
    const { passed, gates } = judge(await figuresOf(training), Policy.parse({}));
    const failed = gates.filter(({ outcome }) => outcome === 'failed');
    expect(passed).toBe(false);
    expect(new Set(failed.map(({ section }) => section))).toEqual(new Set(['privacy']));
    const names = failed.map(({ name }) => name);
    for (const name of [
      'membership-sets',
      'membership-counts',
      'membership-density',
      'exact-copies',
      'near-copies',
      'closer-to-training',
      'privacy-loss',
      'attribute-inference',
      'singling-out',
      'linkability',
      'inference',
    ])
      expect(names).toContain(name);
  });

  it('one row in fifty of the training patients is never fit for release', () => {
    const planted = stacked(draw(980, 'planted'), training.pick([...Array(20).keys()]));
    const verdict = judge(privacyOf(planted), Policy.parse({}));
    expect(verdict.passed).toBe(false);
    expect(named(verdict, 'passed')).not.toContain('near-copies');
  });

  it('held-out patients are real, too: their copies cannot make those of training patients chance', () => {
    const both = stacked(
      draw(600, 'planted'),
      stacked(training.pick([...Array(400).keys()]), holdout.pick([...Array(400).keys()])),
    );
    const verdict = judge(privacyOf(both), Policy.parse({}));
    expect(named(verdict, 'failed')).toContain('real-patients');
    expect(named(judge(privacyOf(holdout), Policy.parse({})), 'failed')).toContain('real-patients');
  });

  it('few held-out patients are no pass, and it says how many are needed', async () => {
    const few = [...Array(34).keys()];
    const verdict = judge(
      await figuresOf(draw(300, 'new'), training.pick(few.concat(few.map((i) => i + 34))), holdout.pick(few)),
      Policy.parse({}),
    );
    const sets = verdict.gates.find(({ name }) => name === 'membership-sets')!;
    expect(sets.outcome).toBe('too few to tell');
    expect(sets.needed).toBeGreaterThan(100);
    expect(sets.needed).toBeLessThan(5000);
    expect([verdict.passed, verdict.heldOut]).toEqual([false, 34]);
    // So few cannot show that anything is safe.
    const attacks = verdict.gates.filter(({ estimate, section }) => estimate && section === 'privacy');
    expect(attacks.filter(({ outcome }) => outcome === 'passed')).toEqual([]);
    expect(verdict.advice.join('\n')).toMatch(/34 held out, about [\d,]+ needed/);
    // A policy may accept it, by name, and the verdict says so.
    const names = named(verdict, 'too few to tell');
    const accepting = judge(
      honest,
      Policy.parse({ accept: { 'too-few-to-tell': names.filter((name) => name.startsWith('membership')) } }),
    );
    expect(accepting.accepted).toEqual([]);
    const accepted = judge(
      await figuresOf(draw(300, 'new'), training.pick(few), holdout.pick(few)),
      Policy.parse({ accept: { 'too-few-to-tell': ['membership-sets'] } }),
    );
    expect(accepted.accepted).toEqual(['membership-sets']);
    expect(caveatsOf(accepted)).toContain('ccepted though too few to tell: membership-sets');
  });

  it('holds at a threshold, fails past it, and leaves out what is off', () => {
    const { floor, synthetic } = honest.comparison.recordLength;
    const longer = synthetic.ks - floor.ks;
    const verdictOf = (gates: Policy['gates'], more: Partial<Figures> = {}) =>
      judge({ ...honest, ...more }, Policy.parse({ gates }));
    const outcome = (gates: Policy['gates'], more: Partial<Figures> = {}) =>
      verdictOf(gates, more).gates.find(({ name }) => name in gates)?.outcome;
    expect(outcome({ 'record-length': longer })).toBe('passed');
    expect(outcome({ 'record-length': longer - 1e-6 })).toBe('failed');
    expect(outcome({ 'prevalence-shortfall': 'off' })).toBeUndefined();
    expect(verdictOf({ 'prevalence-shortfall': 'off', coverage: 1, linkability: 0.5 })).toMatchObject({
      off: ['prevalence-shortfall', 'coverage'],
      loosened: [{ name: 'linkability', usual: 0.1, threshold: 0.5 }],
    });
    const { upper } = honest.privacy.identityDisclosure.excess;
    expect(outcome({ 'identity-disclosure': Math.max(0, upper) })).not.toBe('passed'); // Below, not at most.
    expect(outcome({ 'valid-records': 1 }, { records: { checked: 10, invalid: 1 } })).toBe('failed');
    const exposure = { unplanted: 1.4, candidates: 9, canaries: [] };
    const exposed = (value: number, half: number) => ({
      exposure: { ...exposure, mean: { value, lower: value - half, upper: value + half } },
    });
    expect(outcome({ exposure: 2 }, exposed(5, 1.5))).toBe('failed');
    expect(outcome({ exposure: 2 }, exposed(1.5, 2.5))).toBe('too few to tell');
    expect(outcome({ exposure: 2 }, exposed(1.5, 0.5))).toBe('passed');
    expect(outcome({ exposure: 2 })).toBe('not measured');
    expect(verdictOf({ exposure: 2 }).passed).toBe(false);
    // Without canaries, and nobody asking for it, there is no such gate.
    expect(outcome({})).toBeUndefined();
  });

  it('advice does not contradict itself', () => {
    const gate = (
      name: string,
      section: 'privacy' | 'fidelity',
      outcome: 'failed' | 'too few to tell',
      needed?: number,
    ): GateOutcome => ({
      name,
      section,
      outcome,
      needed,
      title: '',
      source: '',
      bound: 'at most',
      threshold: 0,
      value: 1,
    });
    const [memory, misfit, unsure] = [
      gate('privacy-loss', 'privacy', 'failed'),
      gate('discriminator', 'fidelity', 'failed'),
      gate('linkability', 'privacy', 'too few to tell', 2000),
    ];
    const said = (...gates: GateOutcome[]) => adviceOf(gates, honest).join(' ');
    expect(said(memory)).toContain('fewer --epochs');
    expect(said(misfit)).toContain('more --epochs');
    expect(said(memory, misfit)).not.toContain('--epochs');
    expect(said(unsure, misfit)).not.toContain('--epochs');
    expect(said(unsure)).toMatch(/1,000 held out, about 2,000 needed \(4,400 patients in all/);
    const copied = { ...gate('real-patients', 'privacy', 'failed'), advice: 'Rows are real patients.' };
    expect(said(copied)).toBe('Rows are real patients.');
    expect(said({ ...copied, outcome: 'too few to tell', needed: 2000 })).not.toContain('real patients.');
    expect(said()).toBe('');
  });
});

describe('package', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    const synthetic = draw(1000, 'new');
    const figures = honest;
    const license = { name: 'CC-BY-4.0', file: 'somewhere.txt' };
    const policy = Policy.parse({ license, datasheet: { title: 'A test: release' } });
    const verdict = judge(figures, policy);
    mkdirSync(at('data/csv'), { recursive: true });
    writeFileSync(at('data/csv/patients.csv'), ['id', ...synthetic.ids, ''].join('\n'));
    writeFileSync(at('data/t.csv'), 'a,b,c,d,e\n1,1,2020-01-01,true,\n2,1.5,2021-12-31,false,\n3,,,,\n');
    writeFileSync(at('report.json'), JSON.stringify({ ...figures, verdict }));
    writeFileSync(at('report.html'), '<title>Report</title>');
    const facts = {
      version: '9.9.9',
      date: '2026-01-02',
      patients: 600,
      codes: 30,
      formats: ['csv'],
      suppressed: 0,
      verdict,
      otherFormats: [],
      ingest: { minPatients: 10, rare: 'drop' as const },
      tries: { asked: 1, samples: 1, evaluationSeeds: 1, refused: 0 },
      model: { name: 'MedGAN', seed: 3, trainedOn: 600, heldOut: 500 },
      generated: { seed: 4, engine: 'wasm' },
    };
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
    for (const words of [
      '# A test: release',
      'MedGAN, seed 3',
      'trained on 600 patients; 500 others',
      'CC-BY-4.0',
      'Differential privacy: none',
    ])
      expect(datasheet).toContain(words);
    const [header, first] = readFileSync(at('data-dictionary.csv'), 'utf8').split('\n');
    expect(header).toBe('kind,system,code,title,level,patients,prevalence');
    expect(first).toMatch(/^demographic,sex,female,,code,\d+,0\.\d+$/);
  });

  it('is found whole', async () => {
    const { files, faults } = await verifyRelease(folder);
    expect(faults).toEqual([]);
    expect(files).toBe(10);
  });

  it('and not when something in it was changed, added or taken away', async () => {
    const outcome = readFileSync(at('outcome.json'), 'utf8');
    appendFileSync(at('data/t.csv'), '4,,,,\n');
    writeFileSync(at('more.txt'), 'more');
    rmSync(at('LICENSE.txt'));
    writeFileSync(at('outcome.json'), outcome.replace('"outcome": "passed"', '"outcome": "not measured"'));
    const faults = (await verifyRelease(folder)).faults.join('\n');
    expect(faults).toMatch(/data\/t\.csv: its checksum differs from that in SHA256SUMS/);
    expect(faults).toMatch(/data\/t\.csv: its checksum differs from that in datapackage\.json/);
    expect(faults).toMatch(/more\.txt: not in SHA256SUMS/);
    expect(faults).toMatch(/LICENSE\.txt: missing/);
    expect(faults).toMatch(
      /outcome\.json: gate impossible-rows is reported as not measured; from the figures it is passed/,
    );
  });
});
