import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth } = commandLine();
const bin = fileURLToPath(new URL('../bin/ehrsynth.js', import.meta.url));
const signals = new URL('../dist/signals.js', import.meta.url).href;

/** Runs a process, sends it a signal once it has printed some words, and tells how it ended and how long after the signal. */
function signalled(args: string[], words: RegExp, signal: NodeJS.Signals) {
  return new Promise<{ code: number | null; by: NodeJS.Signals | null; seconds: number; printed: string }>(
    (resolve) => {
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let printed = '';
      let sent: number | undefined;
      const hear = (text: Buffer) => {
        printed += String(text);
        if (sent !== undefined || !words.test(printed)) return;
        sent = performance.now();
        // In the midst of what it is about to do.
        setTimeout(() => child.kill(signal), 300);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', (code, by) =>
        resolve({ code, by, printed, seconds: (performance.now() - (sent ?? NaN)) / 1000 }),
      );
    },
  );
}

describe('Ctrl-C and SIGTERM', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate --world sets -n 250 --seed 3 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 5')).toBe(0);
    expect(await ehrsynth('train @cohort -m chow-liu -o @tree')).toBe(0);
    expect(await ehrsynth('train @cohort --epochs 1 --hidden 8 --engine wasm -o @network')).toBe(0);
  });

  it.each([
    ['tree', 'SIGINT', /Generating/, []],
    ['network', 'SIGTERM', /Generating/, []],
    // A fast machine has planned before it would have said so.
    ['network', 'SIGINT', /Planning|Generating/, ['--set-prevalence', 'I10=0.5']],
    ['tree', 'SIGTERM', /Generating/, ['--where', 'sex=female']],
  ] as const)(
    'end generate with the %s by %s while it says %s, %j, and leave nothing',
    async (model, signal, words, more) => {
      const args = [bin, 'generate', at(model), '-n', '10000000', '-o', at('out'), ...more];
      const { code, seconds, printed } = await signalled(args, words, signal);
      expect(code, printed).toBe(130);
      // A second is what users get; a busy machine may be much slower.
      expect(seconds).toBeLessThan(15);
      expect(existsSync(at('out'))).toBe(false);
      expect(readdirSync(at()).filter((name) => name.includes('partial'))).toEqual([]);
    },
  );

  it('end a computation that never lets the event loop turn, if it runs as such', async () => {
    const script = (run: string) => `
      import { endedBySystem, listenToSignals } from '${signals}';
      listenToSignals();
      console.log('begun');
      const compute = () => { for (const until = Date.now() + 60_000; Date.now() < until;); };
      ${run}`;
    const args = ['--input-type=module', '-e', script('endedBySystem(compute);')];
    const { by, seconds } = await signalled(args, /begun/, 'SIGTERM');
    expect(by).toBe('SIGTERM');
    expect(seconds).toBeLessThan(15);
    const after = [
      '--input-type=module',
      '-e',
      script("endedBySystem(() => {}); console.log('over'); setTimeout(compute, 1e9);"),
    ];
    expect(await signalled(after, /over/, 'SIGINT')).toMatchObject({ code: 130, by: null });
  });
});
