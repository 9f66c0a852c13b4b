import { existsSync, readFileSync } from 'node:fs';
import { type Sandbox, startSandbox } from '@ehrsynth/sandbox';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listenToSignals } from './main.ts';
import { commandLine } from './testing.ts';

const { at, ehrsynth: run, output, forget } = commandLine();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ vocabulary: new Vocabulary(), version: '0' });
});
afterAll(async () => sandbox.close());

/** Runs a command line in which SERVER stands for the sandbox. */
const ehrsynth = (line: string) => run(line.replace('SERVER', sandbox.url));
const matrix = (cohort: string) => readFileSync(at(cohort, 'train', 'matrix.npz'));

describe('with a server', () => {
  it('pushes, once; rehearses; reads back by export and by search; deletes', async () => {
    expect(await ehrsynth('simulate --world sets -n 60 -o @source --seed 3')).toBe(0);
    expect(await ehrsynth('push @source --server SERVER --dry-run')).toBe(0);
    expect(output()).toMatch(/Patient +60[\s\S]*nothing was sent/);
    expect(sandbox.size()).toBe(0);
    expect(await ehrsynth('push @source --server SERVER')).toBe(0);
    const size = sandbox.size();
    expect(output()).toMatch(new RegExp(`created +${size.toLocaleString('en-US')}`));
    expect(await ehrsynth('push @source --server SERVER')).toBe(2);
    expect(output()).toContain('--resume');
    expect(await ehrsynth('push @source --server SERVER --resume')).toBe(0);
    expect(sandbox.size()).toBe(size);

    const quiet = '--min-patients 2';
    expect(await ehrsynth(`ingest fhir SERVER -o @bulk ${quiet} --keep @fetched --token secret`)).toBe(0);
    expect(output()).toContain('files of a bulk export');
    expect(await ehrsynth(`ingest fhir SERVER -o @search ${quiet} --read search`)).toBe(0);
    expect(await ehrsynth(`ingest fhir @fetched -o @files ${quiet}`)).toBe(0);
    expect(matrix('bulk')).toEqual(matrix('files'));
    expect(matrix('search')).toEqual(matrix('files'));
    expect(existsSync(at('search.fetched'))).toBe(false);
    expect(readFileSync(at('bulk', 'run.json'), 'utf8')).not.toContain('secret');

    expect(await ehrsynth('push @source.push --server SERVER --delete')).toBe(0);
    expect(sandbox.size()).toBe(0);
  });

  it('runs a sandbox of its own, filled, until Ctrl-C, and has its data again', async () => {
    await ehrsynth('simulate --world sets -n 5 -o @few --seed 3');
    listenToSignals();
    const counts: number[] = [];
    for (const load of [' --load @few', '']) {
      forget();
      const running = ehrsynth(`sandbox --port 0 --data @kept${load}`);
      await vi.waitFor(() => expect(output()).toContain('Ctrl-C stops it'), { timeout: 20_000 });
      const [url] = /http:\S+\/fhir/.exec(output())!;
      const found = (await (await fetch(`${url}/Patient?_summary=count`)).json()) as { total: number };
      counts.push(found.total);
      process.emit('SIGINT');
      expect(await running).toBe(0);
    }
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
    expect(counts).toEqual([5, 5]);
  });

  it('says what is wrong with the options, and which server does not answer', async () => {
    expect(await ehrsynth('push @source --server SERVER -o @x --client-id a')).toBe(2);
    expect(output()).toContain('--client-id and --client-key go together');
    expect(await ehrsynth('push @source --server SERVER -o @x --header nonsense')).toBe(2);
    expect(await ehrsynth('push @source --server SERVER -o @x --ca @nothing')).toBe(2);
    expect(await ehrsynth('ingest fhir http://127.0.0.1:1/fhir -o @y --attempts 1')).toBe(3);
    expect(output()).toContain('No response from a FHIR server');
    expect(await ehrsynth('ingest fhir SERVER -o @y --export-level Group/nobody')).toBe(1);
    expect(output()).toContain('Group/nobody does not exist');
    expect(await ehrsynth('ingest fhir SERVER -o @y --since yesterday')).toBe(2);
    expect(existsSync(at('y'))).toBe(false);
  });
});
