import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Autoregressive } from '@ehrsynth/models';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();
const quick = '-m autoregressive --epochs 3 --hidden 8 --engine wasm';

describe('a training', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate --world sets -n 250 --seed 3 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 5')).toBe(0);
  });

  it('that could not be saved is kept, and --resume saves it without training again', async () => {
    expect(await ehrsynth(`train @cohort -o @straight ${quick}`), output()).toBe(0);
    vi.spyOn(Autoregressive.prototype, 'save').mockRejectedValueOnce(
      Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }),
    );
    expect(await ehrsynth(`train @cohort -o @lost ${quick}`)).toBe(3);
    expect(output()).toContain('The training is finished and kept: run the same command with --resume');
    expect(existsSync(at('lost'))).toBe(false);
    const log = readFileSync(at('.lost.checkpoint', 'training.jsonl'), 'utf8');
    forget();
    expect(await ehrsynth(`train @cohort -o @lost ${quick} --resume`), output()).toBe(0);
    expect(output()).not.toContain('likelihood 1/3');
    expect(readFileSync(at('lost', 'training.jsonl'), 'utf8')).toBe(log);
    for (const file of ['weights.bin', 'timeline.json'])
      expect(readFileSync(at('lost', file)).equals(readFileSync(at('straight', file)))).toBe(true);
    expect(existsSync(at('.lost.checkpoint'))).toBe(false);
  });

  it('is not begun by --resume where the output is a wrong one', async () => {
    expect(await ehrsynth(`train @cohort -o @wrong ${quick} --resume`)).toBe(2);
    expect(output()).toMatch(/There is no checkpoint to resume for .*wrong[\s\S]*omit --resume/);
    expect(existsSync(at('.wrong.checkpoint'))).toBe(false);
  });

  it('begins anew, and says so, where it was stopped before its first checkpoint', async () => {
    mkdirSync(at('.early.checkpoint'));
    expect(await ehrsynth(`train @cohort -o @early -m chow-liu --resume`), output()).toBe(0);
    expect(output()).toContain('stopped before its first checkpoint: starting again');
  });

  it('learns what can fail before the network: the output folder, and the timeline', async () => {
    mkdirSync(at('taken'));
    writeFileSync(at('taken', 'file'), '');
    expect(await ehrsynth(`train @cohort -o @taken ${quick} --canaries 5`)).toBe(2);
    expect(output()).toContain('The output folder exists');
    expect(output()).not.toContain('engine:');
    const learned: string[] = [];
    vi.spyOn(Autoregressive.prototype, 'fit').mockImplementation(async () => {
      const files = readdirSync(at(), { recursive: true, encoding: 'utf8' });
      learned.push(...files.filter((file) => /order.*timeline\.json$/.test(file)));
      return false;
    });
    expect(await ehrsynth(`train @cohort -o @order ${quick}`)).toBe(130);
    expect(learned).toHaveLength(1);
  });
});
