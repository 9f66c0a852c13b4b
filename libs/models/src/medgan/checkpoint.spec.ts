import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { saveMatrix } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { quick, twoKinds, weightsOf } from '../../test/two-kinds.ts';
import type { TrainingEvent } from '../synthesizer.ts';
import { MedGan } from './medgan.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
  await startEngine('wasm');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a training that is interrupted', () => {
  const matrix = twoKinds(600);

  it.each([
    ['between two epochs', 4],
    ['within an epoch of the autoencoder', 1.3],
    ['within an epoch of the GAN', 3.4],
  ])('continues from a checkpoint %s to the weights of an uninterrupted training', async (_, stopAt) => {
    const options = quick({ pretrainEpochs: 2, epochs: 4, keepBest: true });
    const whole = new MedGan(matrix.columns, options);
    await whole.fit(matrix);
    const checkpointFolder = mkdtempSync(join(folder, 'stop-'));
    writeFileSync(join(checkpointFolder, 'checkpoint-2-0.bin'), 'of before');
    const stop = new AbortController();
    const begun = new MedGan(matrix.columns, options);
    const onProgress = (done: number) => done >= stopAt && stop.abort();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => (ticks += 200));
    let ticks = 0;
    expect(await begun.fit(matrix, { checkpointFolder, signal: stop.signal, onProgress })).toBe(false);
    clock.mockRestore();
    // Only the last checkpoint stays, and it is where the training was stopped.
    expect(readdirSync(checkpointFolder).filter((file) => file.endsWith('.bin'))).toHaveLength(1);
    const { position } = JSON.parse(readFileSync(join(checkpointFolder, 'checkpoint.json'), 'utf8')) as {
      position: { done: number; step: number };
    };
    expect(position.step > 0).toBe(!Number.isInteger(stopAt));
    expect(position.done).toBe(Math.floor(stopAt));
    const continued = new MedGan(matrix.columns, options);
    expect(await continued.fit(matrix, { checkpointFolder, resume: true })).toBe(true);
    expect(await weightsOf(continued, folder)).toBe(await weightsOf(whole, folder));
    const other = new MedGan(matrix.columns, quick({ seed: 77 }));
    await expect(other.fit(matrix, { checkpointFolder, resume: true })).rejects.toThrow(/different options/);
  });

  it('killed again and again at any moment, ends with the weights of an uninterrupted training', async () => {
    const options = quick({ pretrainEpochs: 4, epochs: 12 });
    const whole = new MedGan(matrix.columns, options);
    await whole.fit(matrix);
    const [data, checkpointFolder, out] = ['data', 'checkpoint', 'out'].map((name) => join(folder, `kill-${name}`));
    [data, checkpointFolder, out].forEach((path) => mkdirSync(path));
    await saveMatrix(data, matrix);
    const script = `
      import { startEngine } from '@ehrsynth/engine';
      import { openRows } from '@ehrsynth/matrix';
      import { MedGan } from '@ehrsynth/models';
      import { existsSync } from 'node:fs';
      const [data, checkpointFolder, out, options] = process.argv.slice(1);
      await startEngine('wasm');
      const rows = await openRows(data);
      const model = new MedGan(rows.columns, JSON.parse(options));
      const resume = existsSync(checkpointFolder + '/checkpoint.json');
      const onEvent = () => process.stdout.write('epoch');
      await model.fit(rows, { checkpointFolder, checkpointEveryMs: 1, resume, onEvent });
      await model.save(out);`;
    const run = (killAfterMs: number) =>
      new Promise<boolean>((resolve) => {
        const args = ['--input-type=module', '-e', script, data, checkpointFolder, out, JSON.stringify(options)];
        const child = spawn(process.execPath, args, {
          cwd: import.meta.dirname,
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let timer: NodeJS.Timeout;
        child.stdout.once('data', () => (timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)));
        child.on('exit', (code) => (clearTimeout(timer), resolve(code === 0)));
      });
    const rng = new Rng(21);
    let kills = 0;
    // Each gets an epoch further at least, so that there is an end, however slow the machine.
    while (!(await run(rng.int(50 * 3 ** kills)))) kills++;
    expect(kills).toBeGreaterThan(0);
    expect(readFileSync(join(out, 'weights.bin'), 'base64')).toBe(await weightsOf(whole, folder));
  });

  it('goes on with more epochs and another learning rate than it began with', async () => {
    const checkpointFolder = mkdtempSync(join(folder, 'more-'));
    const begun = new MedGan(matrix.columns, quick({ pretrainEpochs: 1, epochs: 1 }));
    await begun.fit(matrix, { checkpointFolder, checkpointEveryMs: 0 });
    const epochs: number[] = [];
    const more = new MedGan(matrix.columns, quick({ pretrainEpochs: 1, epochs: 3, learningRate: 1e-4 }));
    const onEvent = ({ phase, epoch }: TrainingEvent) => phase === 'gan' && epochs.push(epoch);
    await more.fit(matrix, { checkpointFolder, resume: true, onEvent });
    expect(epochs).toEqual([2, 3]);
  });

  it('stops when a loss is no longer a number, and leaves the last good checkpoint', async () => {
    const checkpointFolder = mkdtempSync(join(folder, 'diverge-'));
    const options = quick({ pretrainEpochs: 3, epochs: 3 });
    const begun = new MedGan(matrix.columns, options);
    const stop = new AbortController();
    const onEvent = ({ done }: TrainingEvent) => done === 2 && stop.abort();
    await begun.fit(matrix, { checkpointFolder, signal: stop.signal, onEvent });
    const good = readFileSync(join(checkpointFolder, 'checkpoint-2-0.bin'), 'base64');
    // Infinite in 32 bits: weights are none after the first step, also where a slow machine looks at them within an epoch.
    const wild = new MedGan(matrix.columns, { ...options, learningRate: 1e39 });
    const resumed = wild.fit(matrix, { checkpointFolder, resume: true, checkpointEveryMs: 0 });
    await expect(resumed).rejects.toThrow(/Training diverged in epoch \d of (autoencoder|gan)[\s\S]*--learning-rate/);
    expect(readFileSync(join(checkpointFolder, 'checkpoint-2-0.bin'), 'base64')).toBe(good);
  });
});
