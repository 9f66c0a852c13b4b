import { readFileSync } from 'node:fs';
import type { PatientRecord } from '@ehrsynth/records';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { recordSource } from '../cohort/record-source.ts';
import { StoppedError } from '../errors.ts';
import { ownFolder, simulated } from '../testing.ts';
import { compare } from './compare.ts';

const at = ownFolder();
const options = { models: ['marginals' as const], engine: 'wasm' as const, number: 40, histories: false };

beforeAll(async () => {
  await ingest(simulated(200), { out: at('cohort'), minPatients: 4 });
});

it('a seed or a model that is named twice counts once', async () => {
  const models = ['marginals' as const, 'marginals' as const];
  const { entrants } = await compare(at('cohort'), { ...options, models, seeds: [3, 3, 1], out: at('twice') });
  expect(entrants.map(({ seed }) => seed)).toEqual([3, 1]);
  const table = (name: string) => readFileSync(at('twice', name), 'utf8');
  const lines = table('comparison.csv').split('\n');
  expect(lines.filter((line) => /^prevalence r,/.test(line))).toEqual([
    expect.stringMatching(/^prevalence r,Independent marginals,0\.\d+,0\.\d+,0\.\d+,2$/),
    expect.stringMatching(/^prevalence r,real training rows,/),
  ]);
  expect(table('comparison.html')).toContain('Seeds 3, 1; engine wasm');
  expect(table('comparison.tex')).toContain('& Independent marginals & real');
});

it('leaves out slow models where none are named, and says so', async () => {
  const stop = new AbortController();
  const notes: string[] = [];
  const onEvent = (event: { type: string; text?: string }) => {
    if (event.type === 'note') notes.push(event.text!);
    if (event.type === 'work') stop.abort();
  };
  const unnamed = { ...options, models: undefined, number: 5, epochs: 0, out: at('usual') };
  await expect(compare(at('cohort'), unnamed, { signal: stop.signal, onEvent })).rejects.toThrow(StoppedError);
  expect(notes).toEqual([expect.stringMatching(/^Left out .*: seqgan \(all models: -m autoregressive,visits,seqgan,/)]);
});

it('goes on after what was measured, and not where something else is asked for', async () => {
  const stop = new AbortController();
  const given = { ...options, seeds: [1, 2], out: at('stopped') };
  const running = { signal: stop.signal, onEvent: ({ type }: { type: string }) => type === 'entrant' && stop.abort() };
  await expect(compare(at('cohort'), given, running)).rejects.toThrow(StoppedError);
  const other = compare(at('cohort'), { ...given, number: 50, resume: true });
  await expect(other).rejects.toThrow('--resume needs the same cohort, --number and --epochs as before');
  const { entrants } = await compare(at('cohort'), { ...given, seeds: [1, 2, 5], resume: true });
  expect(entrants.map(({ seed }) => seed)).toEqual([1, 2, 5]);
});

it('says that records without dates are not measured as records over time', async () => {
  const undated = Array.from({ length: 120 }, (_, i): PatientRecord => {
    const code = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: ['I10', 'E11.9', 'R05'][i % 3] };
    const events = [{ kind: 'condition' as const, code }];
    return { id: `p${i}`, sex: i % 2 ? 'female' : 'male', birthDate: '1970-01-01', encounters: [], events };
  });
  await ingest(recordSource('undated patients', undated), { out: at('none'), minPatients: 4 });
  const notes: string[] = [];
  const onEvent = (event: { type: string; text?: string }) => void (event.type === 'note' && notes.push(event.text!));
  const { entrants } = await compare(at('none'), { ...options, histories: true, out: at('over-time') }, { onEvent });
  expect(notes).toContain(
    'No visit and no event of the training records has a date: records over time are not measured.',
  );
  expect(entrants[0].figures).not.toHaveProperty('span KS');
});

it('compares a model of records beside one of rows, as records and as rows', async () => {
  const events: string[] = [];
  const onEvent = (event: { type: string; work?: string }) => void (event.type === 'work' && events.push(event.work!));
  const given = { ...options, models: ['visits' as const], epochs: 1, set: { hidden: [4] }, histories: true };
  const { entrants } = await compare(at('cohort'), { ...given, out: at('records') }, { onEvent });
  const [{ figures, floors, model }] = entrants;
  expect(model).toBe('visits');
  for (const name of ['prevalence r', 'KS distance', 'span KS', 'visit bigram R2'] as const)
    expect([figures[name], floors[name]], name).toEqual([expect.any(Number), expect.any(Number)]);
  // It needs none to have records.
  expect(events).not.toContain('Learning the timeline');
});
