import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../errors.ts';
import { demoOutcome } from './outcome.ts';
import { demoSteps } from './steps.ts';

describe('the steps of the demo', () => {
  it('go from source patients to a report, each reading what the one before wrote', () => {
    const commands = demoSteps({ out: 'here', number: 300 }).map(({ command }) => command);
    expect(commands.map(([first]) => first)).toEqual([
      'simulate',
      'ingest',
      'train',
      'generate',
      'export',
      'validate',
      'evaluate',
    ]);
    const written = new Set<string>();
    for (const command of commands) {
      const out = command[command.indexOf('-o') + 1];
      const places = command.filter((word) => word.startsWith('here'));
      for (const place of places) if (place !== out) expect(written).toContain(place);
      written.add(out);
      expect(command).not.toContain('--force');
    }
  });

  it('replace what an earlier demo wrote where that is asked for', () => {
    const writing = demoSteps({ force: true }).filter(({ command }) => command.includes('-o'));
    expect(writing.every(({ command }) => command.includes('--force'))).toBe(true);
  });

  it('are refused for so few patients that nothing can be learned', () => {
    expect(() => demoSteps({ number: 10 })).toThrow(InvalidOptionsError);
  });
});

describe('what the demo came to', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'demo-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const attack = (outcome: string) => ({ section: 'privacy', estimate: { value: 0.5 }, outcome, name: outcome });
  const write = (path: string, content: object) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  };
  const outcomeOf = (...outcomes: string[]) => {
    const gates = outcomes.map(attack);
    write('report/report.json', { verdict: { passed: false, gates, accepted: [], off: [], heldOut: 100 } });
    return demoOutcome(folder);
  };
  beforeAll(() => {
    write('model/run.json', { options: { engine: 'wasm' } });
    const [quantity, laboratory] = [{ value: 7 }, [{ coding: [{ code: 'laboratory' }] }]];
    const entry = [
      { resource: { id: 'vital', valueQuantity: quantity } },
      { resource: { id: 'lab', meta: { tag: [] }, category: laboratory, valueQuantity: quantity } },
    ];
    write('fhir/0001/1.json', { entry });
  });

  it('names attacks that learned something before those that cannot be ruled out', () => {
    expect(outcomeOf('failed', 'too few to tell').meaning).toMatch(/^1 of 2 attacks learned more/);
    expect(outcomeOf('passed', 'too few to tell').meaning).toMatch(/^None of 2 .*; 1 cannot be ruled out/);
    expect(outcomeOf('passed').meaning).toMatch(/each was ruled out\.$/);
  });

  it('shows a laboratory value without where it comes from, and the engine', () => {
    const { laboratoryValue, engine } = outcomeOf('passed');
    expect(laboratoryValue).toMatchObject({ id: 'lab', valueQuantity: { value: 7 } });
    expect(laboratoryValue).not.toHaveProperty('meta');
    expect(engine).toBe('wasm');
  });
});
