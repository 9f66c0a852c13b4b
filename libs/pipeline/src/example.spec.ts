import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { verifyRelease } from '@ehrsynth/release';
import { ownFolder } from './testing.ts';

const at = ownFolder();
const script = fileURLToPath(new URL('../../../examples/dist/pipeline.js', import.meta.url));

it('the example goes the whole way, as a user runs it', async () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, at('example')], {
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/patients to train on[\s\S]*epoch 3 of 3[\s\S]*150 synthetic patients/);
  expect(stdout).toMatch(/By the usual gates: not fit for release[\s\S]*By the gates for trying: fit for release/i);
  for (const name of ['cohort', 'model', 'synth', 'report'])
    expect(existsSync(at('example', name, 'run.json')), name).toBe(true);
  expect(await verifyRelease(at('example', 'release'))).toMatchObject({ faults: [] });
});
