import { expect, it } from 'vitest';
import { Bases } from './bases.ts';
import { VersionIndex } from './version-index.ts';
import type { Version } from './versions.ts';

/** Adds versions one after the other; gives what became of each, by its number. */
async function judged(
  rows: [key: string, patient: string, version: Version][],
  {
    capacity,
    owners = [],
    survivors = {},
    deletions = {},
  }: {
    capacity?: number;
    owners?: string[];
    survivors?: Record<string, string>;
    deletions?: Record<string, Version>;
  } = {},
) {
  const bases = new Bases();
  const index = new VersionIndex(bases, undefined, capacity);
  for (const [key, patient, version] of rows) await index.add(key, patient, version);
  for (const owner of owners) bases.addOwner(owner);
  bases.close();
  await index.close(new Map(Object.entries(survivors)), new Map(Object.entries(deletions)));
  return rows.map((_, number) => index.verdict(number));
}

const MOVED = 'older version, of another patient';

it.each([[1_000_000], [7]])('finds the few that came twice among many, %d of them in memory', async (capacity) => {
  const rows: [string, string, Version][] = [];
  for (let i = 0; i < 500; i++) {
    rows.push([`Condition/${i}`, `Patient/${i % 9}`, [i]]);
    rows.push([`Condition/${i} @a`, `Patient/${i % 9} @a`, [1000 + i]]);
  }
  rows.push(['Condition/3', 'Patient/new', [2000]], ['Condition/4', 'Patient/4', [2001]]);
  rows.push(['Condition/5', 'Patient/5', [2002, 1]]);
  const verdicts = await judged(rows, { capacity, owners: ['Patient/1 @a', 'Patient/1 @b'] });
  const lost = verdicts.flatMap((verdict, number) => (verdict ? [[rows[number][0], number, verdict]] : []));
  expect(lost).toEqual([
    ['Condition/3', 6, MOVED],
    ['Condition/4', 8, 'the same id came before'],
    ['Condition/5', 10, 'the same id came before'],
  ]);
});

it('the newest is so by its date, then its number, then its place', async () => {
  const rows: [string, string, Version][] = [
    ['Condition/1', 'Patient/1', [1, 20, 1]],
    ['Condition/1', 'Patient/1', [2, 10, 2]],
    ['Condition/2', 'Patient/1', [3, null, 10]],
    ['Condition/2', 'Patient/1', [4, null, 9]],
    ['Condition/3', 'Patient/1', [6]],
    ['Condition/3', 'Patient/1', [5]],
  ];
  const verdicts = await judged(rows);
  const older = 'older version';
  expect(verdicts).toEqual([undefined, older, undefined, older, undefined, 'the same id came before']);
});

it('what was deleted after its newest version is deleted', async () => {
  const rows: [string, string, Version][] = [
    ['Condition/1', 'Patient/1', [1, 10]],
    ['Condition/2', 'Patient/1', [2, 30]],
    ['Condition/3', 'Patient/1', [3, 10]],
  ];
  const deletions: Record<string, Version> = { 'Condition/1': [9, 20], 'Condition/2': [9, 20] };
  expect(await judged(rows, { deletions })).toEqual(['deleted', undefined, undefined]);
});

it('a resource of a record that was merged is of the one that it was merged into', async () => {
  const rows: [string, string, Version][] = [
    ['Condition/1', 'Patient/old', [1]],
    ['Condition/1', 'Patient/new', [2]],
  ];
  const verdicts = await judged(rows, { survivors: { 'Patient/old': 'Patient/new' } });
  expect(verdicts).toEqual(['the same id came before', undefined]);
});
