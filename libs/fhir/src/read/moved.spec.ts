import { expect, it } from 'vitest';
import { Bases } from './bases.ts';
import { MovedResources } from './moved.ts';

it.each([[1000], [7]])('finds the few that moved among many, %d of them held in memory', async (capacity) => {
  const bases = new Bases();
  const moved = new MovedResources(bases, undefined, capacity);
  for (let i = 0; i < 500; i++) {
    await moved.add(`Condition/${i}`, `Patient/${i % 9}`, [i]);
    await moved.add(`Condition/${i} @a`, `Patient/${i % 9} @a`, [1000 + i]);
    if (i % 100 === 3) await moved.add(`Condition/${i}`, 'Patient/new', [2000 + i]);
    if (i % 100 === 4) await moved.add(`Condition/${i}`, `Patient/${i % 9}`, [2000 + i]);
  }
  // Older than the one before by what it says, though it comes later.
  await moved.add('Observation/1', 'Patient/1', [3000, 20, 2]);
  await moved.add('Observation/1', 'Patient/2', [3001, 10, 1]);
  bases.addOwner('Patient/1 @a');
  bases.addOwner('Patient/1 @b');
  bases.close();
  await moved.close(new Map());

  const left = Array.from({ length: 500 }, (_, i) => i).filter((i) =>
    moved.hasLeft(`Condition/${i}`, `Patient/${i % 9}`),
  );
  expect(left).toEqual([3, 103, 203, 303, 403]);
  expect(moved.hasLeft('Condition/3', 'Patient/new')).toBe(false);
  expect(moved.hasLeft('Condition/3 @a', 'Patient/3 @a')).toBe(false);
  expect(moved.hasLeft('Observation/1', 'Patient/2')).toBe(true);
  expect(moved.hasLeft('Observation/1', 'Patient/1')).toBe(false);
});

it('one that moved to the record that its patient was merged into has not left', async () => {
  const bases = new Bases();
  const moved = new MovedResources(bases);
  await moved.add('Condition/1', 'Patient/old', [1]);
  await moved.add('Condition/1', 'Patient/new', [2]);
  bases.close();
  await moved.close(new Map([['Patient/old', 'Patient/new']]));
  expect(moved.hasLeft('Condition/1', 'Patient/new')).toBe(false);
});
