import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@ehrsynth/io';
import type { Column } from '@ehrsynth/matrix';
import { mutate } from '@ehrsynth/matrix/testing';
import { Rng } from '@ehrsynth/random';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decoder } from './decoder.ts';
import { loadTimeline, type Timeline } from './timeline.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'timeline-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const columns = ['E11.9', 'I10'].map((code): Column => ({
  kind: 'condition',
  system: 'urn:test',
  code,
  level: 'code',
}));
const counts = { edges: [1, 2, 5], counts: [20, 10], means: [1, 3] };
const days = { edges: [0, 7, 90], counts: [10, 30], means: [2, 40] };
const timeline: Timeline = {
  format: 'ehrsynth-timeline-1',
  minPatients: 10,
  asOf: '2024-12-31',
  encounters: [{ upTo: 3, counts }],
  emptyEncounters: 0.2,
  gapDays: days,
  classes: { AMB: 0.8, IMP: 0.2 },
  stayDays: { IMP: days },
  deaths: { '45-54': 0.1 },
  ethnicities: { '': { '2186-5': 1 } },
  codes: [
    { firstAge: { edges: [20, 60, 90], counts: [10, 10], means: [40, 70] }, repeats: counts, active: 0.5 },
    { classes: { AMB: 1 }, together: [{ column: 0, probability: 0.5 }], after: [0] },
  ],
};
const vocabulary = new Vocabulary();

async function decodedFrom(text: string | Uint8Array): Promise<void> {
  writeFileSync(join(folder, 'timeline.json'), text);
  const read = await loadTimeline(folder, columns.length);
  const decoder = new Decoder(columns, read, vocabulary, { seed: 1, counts: 'learned' });
  for (let row = 0; row < 3; row++)
    decoder.decode(row, [
      [0, 1],
      [1, 1],
    ]);
}
const changed = (edit: (copy: Timeline) => void): string => {
  const copy = structuredClone(timeline);
  edit(copy);
  return JSON.stringify(copy);
};

describe('timeline.json that was damaged or tampered with', () => {
  it('is refused in words, or patients are made by it', async () => {
    const whole = new TextEncoder().encode(JSON.stringify(timeline));
    await decodedFrom(whole);
    let refused = 0;
    for (let seed = 0; seed < 400; seed++) {
      const error = await decodedFrom(mutate(whole, new Rng(seed))).catch((one: unknown) => one);
      if (error === undefined) continue;
      expect(error, `seed ${seed}: ${(error as Error).stack}`).toBeInstanceOf(UserError);
      expect((error as UserError).message).toMatch(/timeline\.json/);
      refused++;
    }
    expect(refused).toBeGreaterThan(150);
  });

  it.each<[string, (copy: Timeline) => void]>([
    ['codes of other columns', (copy) => copy.codes.pop()],
    ['edges that fall', (copy) => (copy.gapDays!.edges = [7, 0, 90])],
    ['too few edges', (copy) => copy.gapDays!.edges.pop()],
    ['a negative count', (copy) => (copy.gapDays!.counts = [-1, 5])],
    ['bins that are all empty', (copy) => (copy.gapDays!.counts = [0, 0])],
    ['10⁹ repeats', (copy) => (copy.codes[0].repeats!.edges = [1, 2, 1e9])],
    ['a negative share', (copy) => (copy.classes['AMB'] = -1)],
    ['a day that is none', (copy) => (copy.asOf = 'today')],
  ])('with %s is refused', async (_, edit) => {
    await expect(decodedFrom(changed(edit))).rejects.toThrow(/timeline is damaged[\s\S]*timeline\.json/);
  });
});
