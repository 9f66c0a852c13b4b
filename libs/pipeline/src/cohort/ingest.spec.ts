import { existsSync, readdirSync } from 'node:fs';
import { loadMatrix } from '@ehrsynth/matrix';
import { expect, it } from 'vitest';
import { LevelError } from '../errors.ts';
import { ownFolder, simulated } from '../testing.ts';
import { ingest } from './ingest.ts';

const at = ownFolder();

it('makes a cohort of the records that a program has', async () => {
  const counted: number[] = [];
  const { counts, selection } = await ingest(
    simulated(60),
    { out: at('cohort'), minPatients: 3, holdout: 0.25 },
    { onEvent: (event) => event.type === 'progress' && counted.push(event.done) },
  );
  expect(counted).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  const [training, holdout] = await Promise.all(['train', 'holdout'].map((part) => loadMatrix(at('cohort', part))));
  expect([training.rows, holdout.rows]).toEqual([counts.training, counts.holdout]);
  expect(counts.training + counts.holdout).toBe(60);
  expect(training.columns).toHaveLength(selection.kept);
});

it("keeps the source's own split, and draws it where the source has none", async () => {
  const source = simulated(80);
  const partOf = (id: string) => (({ a: 'train', b: 'holdout' }) as const)[id.at(-1)!];
  await ingest({ ...source, partOf }, { out: at('split'), minPatients: 1 });
  const [training, holdout] = await Promise.all(['train', 'holdout'].map((part) => loadMatrix(at('split', part))));
  const ends = (ids: readonly string[]) => new Set(ids.map((id) => id.at(-1)));
  expect(ends(training.ids).has('b')).toBe(false);
  expect(ends(holdout.ids).has('a')).toBe(false);
  // Both parts have patients whom the split says nothing of.
  expect(ends(training.ids).size).toBeGreaterThan(1);
  expect(ends(holdout.ids).size).toBeGreaterThan(1);
});

it('leaves nothing behind where it is stopped, where the source breaks, or where an option cannot be', async () => {
  const stopped = new AbortController();
  const onEvent = ({ type, ...event }: { type: string; done?: number }) => {
    if (type === 'progress' && event.done === 10) stopped.abort();
  };
  const running = { onEvent, signal: stopped.signal };
  await expect(ingest(simulated(60), { out: at('stopped') }, running)).rejects.toThrow(/abort/i);
  const broken = {
    ...simulated(1),
    read: async function* () {
      yield* [];
      throw new Error('the source broke');
    },
  };
  await expect(ingest(broken, { out: at('broken') })).rejects.toThrow('the source broke');
  await expect(ingest(simulated(9), { out: at('level'), level: ['ndc=chapter'] })).rejects.toThrow(LevelError);
  await expect(ingest(simulated(9), { out: at('share'), holdout: 1 })).rejects.toThrow(/holdout/);
  for (const name of ['stopped', 'broken', 'level', 'share']) expect(existsSync(at(name))).toBe(false);
  expect(readdirSync(at()).filter((name) => name.startsWith('.'))).toEqual([]);
});
