import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, LENIENT } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();

describe('release verify', () => {
  beforeAll(async () => {
    writeFileSync(
      at('policy.yaml'),
      LENIENT.replace('gates:', 'gates:\n  rare-columns: 5').replace('coverage: 0.9', 'coverage: off'),
    );
    for (const command of [
      'simulate --world sets -n 400 --seed 3 -o @source',
      'ingest fhir @source -o @cohort --min-patients 5',
      'train @cohort -o @model -m marginals --engine wasm',
      'generate @model -n 150 -o @synth --engine wasm',
      'release keygen -o @keys/own --no-password',
      'release @synth -o @release --policy @policy.yaml --format csv --sign @keys/own.key',
    ])
      expect(await ehrsynth(command), output()).toBe(0);
  });
  afterEach(() => void delete process.env.EHRSYNTH_SIGN_PASSWORD);

  it('says first what the policy asks less of, then whose signature it is, then what was checked', async () => {
    expect(await ehrsynth('release verify @release --public-key @keys/own.pub'), output()).toBe(0);
    const [first, second, third] = output().split('\n');
    expect(first).toMatch(
      /^Loosened: rare-columns 5 \(usual 10\), membership-sets 0\.7 \(usual 0\.55\), .*; off \(1\): coverage$/,
    );
    expect(second).toMatch(
      /^Signed with the key [0-9A-F]{16}; the signature is good \(timestamp:\d+ file:SHA256SUMS hashed\)$/,
    );
    expect(third).toMatch(/complete and unchanged, and its figures meet its policy\. Not checked: /);
    forget();
    expect(await ehrsynth('release verify @release')).toBe(0);
    expect(output()).toMatch(/\nSigned \(key id [0-9A-F]{16}\), not checked: give --public-key\n/);
  });

  it('takes the key itself, and no other', async () => {
    const [, key] = readFileSync(at('keys', 'own.pub'), 'utf8').split('\n');
    expect(await ehrsynth(`release verify @release --public-key ${key}`)).toBe(0);
    expect(await ehrsynth('release keygen -o @keys/other --no-password')).toBe(0);
    forget();
    expect(await ehrsynth('release verify @release --public-key @keys/other.pub')).toBe(1);
    expect(output()).toMatch(
      /Signature: bad, see below\n {2}✗ SHA256SUMS\.minisig: signed with the key .*\n.*1 fault$/,
    );
    expect(await ehrsynth('release verify @release --public-key @policy.yaml')).toBe(2);
    expect(output()).toContain('Not a public key');
    expect(await ehrsynth('release verify @release --public-key @keys/none.pub')).toBe(2);
  });

  it('names what was added, up to a hundred, and exits with 1', async () => {
    mkdirSync(at('release', '.git'));
    for (let i = 0; i < 80; i++) writeFileSync(at('release', '.git', `\u001b[2J${i}`), 'x');
    expect(await ehrsynth('release verify @release')).toBe(1);
    rmSync(at('release', '.git'), { recursive: true });
    expect(output()).toContain('.git/\\u001b[2J7: not in SHA256SUMS; it was added later');
    expect(output()).toMatch(/… and 60 more\n.*160 faults$/);
    expect(output()).not.toContain('\u001b');
  });

  it('a folder that is none, or is empty, or cannot be judged', async () => {
    expect(await ehrsynth('release verify @nothing')).toBe(2);
    expect(output()).toContain('No such file or folder');
    expect(await ehrsynth('release verify @policy.yaml')).toBe(2);
    expect(output()).toContain('Not a folder');
    mkdirSync(at('empty'));
    forget();
    expect(await ehrsynth('release verify @empty')).toBe(1);
    expect(output()).toMatch(
      /^Policy: could not be checked, see below\nNot signed\n {2}✗ the folder: empty.*\n.*1 fault$/,
    );
  });

  it('keys: secret, under a password, never replaced', async () => {
    expect(statSync(at('keys', 'own.key')).mode & 0o777).toBe(0o600);
    const before = readFileSync(at('keys', 'own.key'), 'utf8');
    expect(await ehrsynth('release keygen -o @keys/own --no-password')).toBe(2);
    expect(output()).toContain('The key already exists');
    expect(readFileSync(at('keys', 'own.key'), 'utf8')).toBe(before);
    expect(await ehrsynth('release keygen -o @keys/locked')).toBe(2);
    expect(output()).toContain('Set EHRSYNTH_SIGN_PASSWORD');
    expect(existsSync(at('keys', 'locked.pub'))).toBe(false);
  });

  it('a key that cannot sign stops a release before anything is measured', async () => {
    writeFileSync(at('locked.key'), LOCKED);
    const release = 'release @synth -o @none --policy @policy.yaml --format csv';
    expect(await ehrsynth(`${release} --sign @locked.key`)).toBe(2);
    expect(output()).toContain('Set EHRSYNTH_SIGN_PASSWORD');
    process.env.EHRSYNTH_SIGN_PASSWORD = 'wrong';
    expect(await ehrsynth(`${release} --sign @locked.key`)).toBe(2);
    expect(output()).toContain('The password does not open the key');
    expect(await ehrsynth(`${release} --sign @policy.yaml`)).toBe(2);
    expect(output()).toContain('Not a secret key');
    expect(existsSync(at('none'))).toBe(false);
    expect(output()).not.toContain('Verdict');
  });
});

/** A key under the password "geheim" that is cheap to try. */
const LOCKED =
  'untrusted comment: minisign encrypted secret key 4DB0DAA7802CFBB6\nRWRTY0Iy1X+qWiFRbVavKrWqK/hFGZOP6hlE0ttrRjF6cRODFTMAgAAAAAAAAAAAAAEAAAAAM6Cs9paW8wFc6Xj/8l/zx5efCzO1zT2OsLEjPGtvZX2iZPTrQ6YOEb661VFQvaQxCAPE5PSdL19NXhzAOS6jEeL5lghx0rjCHKkm+UGTRMhCwcN3tqoWUDmrpr/O8yR7754XKHr7ihU=\n';
