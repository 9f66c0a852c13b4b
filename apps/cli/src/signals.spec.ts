import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth } = commandLine();
const bin = fileURLToPath(new URL('../bin/ehrsynth.js', import.meta.url));
const signals = new URL('../dist/signals.js', import.meta.url).href;

/** Runs a process, sends it a signal once it has printed some words, and gives how it ended. */
function signalled(args: string[], words: RegExp, signal: NodeJS.Signals) {
  return new Promise<{ code: number | null; by: NodeJS.Signals | null; printed: string }>((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let isSent = false;
    const hear = (text: Buffer) => {
      printed += String(text);
      if (isSent || !words.test(printed)) return;
      isSent = true;
      // In the midst of what it is about to do.
      setTimeout(() => child.kill(signal), 300);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code, by) => resolve({ code, by, printed }));
  });
}

describe('Ctrl-C and SIGTERM', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate --world sets -n 250 --seed 3 -o @source')).toBe(0);
    expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 5')).toBe(0);
    expect(await ehrsynth('train @cohort -m chow-liu -o @tree')).toBe(0);
    expect(await ehrsynth('train @cohort -m autoregressive --epochs 1 --hidden 8 --engine wasm -o @network')).toBe(0);
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
      const { code, printed } = await signalled(args, words, signal);
      // Ten million patients take minutes: a command that ignored the signal would go on, and end with 0.
      expect(code, printed).toBe(130);
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
    // A listener has to wait for the loop, and would end it with 130.
    expect(await signalled(args, /begun/, 'SIGTERM')).toMatchObject({ code: null, by: 'SIGTERM' });
    const after = [
      '--input-type=module',
      '-e',
      script("endedBySystem(() => {}); console.log('over'); setTimeout(compute, 1e9);"),
    ];
    expect(await signalled(after, /over/, 'SIGINT')).toMatchObject({ code: 130, by: null });
  });
});
