import type { Column } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { learnTimeline } from './learn-timeline.ts';
import { columnBlocks } from './pair-counts.ts';

const condition = (i: number): Column => ({
  kind: 'condition',
  system: System.icd10cm,
  code: `C${i}`,
  level: 'code',
});
const drug = (i: number): Column => ({ kind: 'drug', system: System.ndc, code: `D${i}`, level: 'package' });
const eventOf = ({ kind, system, code }: Column, start: string, encounter: number): CodedEvent => ({
  kind: kind as CodedEvent['kind'],
  code: { system, code },
  start,
  encounter,
});

describe('pairs of columns', () => {
  const columns = [...Array.from({ length: 20 }, (_, i) => condition(i)), drug(0), drug(1)];
  const index = new Map(columns.map((column, i) => [column.code, i]));
  const columnOf = ({ code }: CodedEvent) => index.get(code.code);

  /** Patients of a few conditions each; drug 0 comes with condition 0 or after it. */
  async function* patients(): AsyncGenerator<PatientRecord> {
    const rng = new Rng(3);
    for (let i = 0; i < 150; i++) {
      const encounters = [0, 1, 2].map((n) => ({ class: 'AMB', start: `201${n}-01-01` }));
      const at = (column: Column, n: number) => eventOf(column, encounters[n].start, n);
      const events = columns
        .slice(0, 20)
        .filter(() => rng.chance(0.3))
        .map((column) => at(column, rng.int(3)));
      const first = events.find(({ code }) => code.code === 'C0');
      if (first && rng.chance(0.8)) events.push(at(drug(0), first.encounter! + rng.int(3 - first.encounter!)));
      if (rng.chance(0.2)) events.push(at(drug(1), rng.int(3)));
      yield { id: `p${i}`, sex: 'female', birthDate: '1970-01-01', encounters, events };
    }
  }

  it('counted in passes are those of one pass', async () => {
    const whole = await learnTimeline(patients, columns, columnOf, 5);
    expect(whole.codes[20].after).toEqual([0]);
    expect(whole.codes.some(({ together }) => (together?.length ?? 0) > 1)).toBe(true);
    for (const pairsPerPass of [1, 60, 22 * 21])
      expect(await learnTimeline(patients, columns, columnOf, 5, { pairsPerPass })).toEqual(whole);
  });

  it('are split into blocks that cover every column once', () => {
    const conditions = (count: number) => Array.from({ length: count }, (_, i) => condition(i));
    expect(columnBlocks(conditions(10), 40)).toEqual([
      { from: 0, to: 4 },
      { from: 4, to: 8 },
      { from: 8, to: 10 },
    ]);
    expect(columnBlocks(conditions(3), 1)).toHaveLength(3);
    // Pairs with drugs are not counted.
    expect(columnBlocks([...conditions(4), ...Array.from({ length: 6 }, (_, i) => drug(i))], 40)).toHaveLength(1);
    expect(columnBlocks([], 10)).toEqual([{ from: 0, to: 0 }]);
  });
});
