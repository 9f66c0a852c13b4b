import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './layout.ts';

describe.skipIf(spawnSync('bash', ['--version']).status !== 0)('the GitHub Action', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'action-'));
    // In place of npx, which would bring the published package: this clone's command.
    mkdirSync(join(folder, 'bin'));
    const cli = join(ROOT, 'apps/cli/bin/ehrsynth.js');
    const npx = `#!/bin/sh\necho "npx $1 $2"\nshift 2\nexec "${process.execPath}" "${cli}" "$@"\n`;
    writeFileSync(join(folder, 'bin/npx'), npx, { mode: 0o755 });
    const patient = (gender: string) => JSON.stringify({ resourceType: 'Patient', id: 'a', gender });
    writeFileSync(join(folder, 'good.json'), patient('female'));
    writeFileSync(join(folder, 'bad.json'), patient('50 %'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const validate = (inputs: Record<string, string>) => {
    const summary = join(folder, 'summary.md');
    rmSync(summary, { force: true });
    const path = `${join(folder, 'bin')}${delimiter}${process.env.PATH}`;
    const env = { ...process.env, PATH: path, GITHUB_STEP_SUMMARY: summary, ...inputs };
    const script = join(ROOT, 'tools/action/validate.sh');
    const { status, stdout } = spawnSync('bash', [script], { cwd: folder, env, encoding: 'utf8' });
    return { status, stdout, summary: () => readFileSync(summary, 'utf8') };
  };

  it('passes what is valid, with the version and options that are asked for', () => {
    const { status, stdout, summary } = validate({
      EHRSYNTH_PATH: 'good.json',
      EHRSYNTH_VERSION: '0.1.0',
      EHRSYNTH_ARGUMENTS: '--outcome\nout come.json\n',
    });
    expect(stdout).toMatch(/^npx --yes ehrsynth@0\.1\.0\n/);
    expect(stdout).not.toContain('::error');
    expect(status).toBe(0);
    expect(summary()).toMatch(/### ehrsynth validate fhir\n`{6}\n[\s\S]*0 errors/);
    expect(JSON.parse(readFileSync(join(folder, 'out come.json'), 'utf8')).resourceType).toBe('OperationOutcome');
  });

  it('fails at what is not, and says so beside the run', () => {
    const { status, stdout, summary } = validate({ EHRSYNTH_PATH: 'bad.json' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error title=ehrsynth validate fhir::1 errors?, .*$/m);
    expect(summary()).toContain('Patient.gender');
  });

  it('fails at a wrong input before anything is brought', () => {
    const { status, stdout } = validate({ EHRSYNTH_PATH: 'good.json', EHRSYNTH_STANDARD: 'hl7\n::notice::v2' });
    expect({ status, stdout }).toEqual({
      status: 2,
      stdout: '::error title=ehrsynth::standard is fhir or omop, not hl7 ::notice::v2\n',
    });
  });

  it('hands every input to the script', () => {
    const { inputs, runs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
      inputs: Record<string, unknown>;
      runs: { using: string; steps: { run?: string; env?: Record<string, string> }[] };
    };
    const step = runs.steps.find(({ run }) => run?.includes('validate.sh'))!;
    const handed = Object.keys(inputs).map((name) => [`EHRSYNTH_${name.toUpperCase()}`, `\${{ inputs.${name} }}`]);
    expect(step.env).toEqual(Object.fromEntries(handed));
    expect(runs.using).toBe('composite');
  });
});
