import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadColumns } from '@ehrsynth/matrix';
import { System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, expect, it } from 'vitest';
import { IncompleteOptionsError, IneffectiveOptionError } from '../errors.ts';
import { CohortWriter } from './cohort-writer.ts';
import { choiceOf } from './private-choice.ts';

const folder = mkdtempSync(join(tmpdir(), 'private-choice-'));
afterAll(() => rmSync(folder, { recursive: true }));
const rule = { minPatients: 10, rare: 'drop' } as const;

it('the columns of a cohort are by noisy counts where that is asked for: none of a few patients, no title that they wrote', async () => {
  const chosen = choiceOf({ ...rule, dpEpsilon: 0.8, dpDelta: 1e-4 })!;
  expect(chosen.delta).toBe(5e-5);
  // Four standard deviations of the noise, 17, lie between the eleven that one code has and the threshold, seven between it and all.
  expect(chosen.threshold).toBe(79);
  for (const part of ['train', 'holdout']) mkdirSync(join(folder, part));
  const cohort = new CohortWriter(folder, new Vocabulary(), { ...rule, levels: {}, holdout: 0, seed: 1, chosen });
  for (let i = 0; i < 200; i++) {
    const codes = ['I10', ...(i < 11 ? ['E11.9'] : [])];
    await cohort.add({
      id: `p${i}`,
      sex: 'female',
      encounters: [],
      events: [
        ...codes.map((code) => ({ kind: 'condition' as const, code: { system: System.icd10cm, code } })),
        { kind: 'condition' as const, code: { system: 'urn:own', code: 'x', display: 'Ward of Dr Who' } },
      ],
    });
  }
  await cohort.close();
  const columns = (await loadColumns(join(folder, 'train'))).filter(({ kind }) => kind !== 'demographic');
  expect(columns.map(({ code }) => code)).toEqual(['I10', 'x']);
  expect(columns[1].display).toBeUndefined();
  expect(JSON.parse(readFileSync(join(folder, 'encoding.json'), 'utf8'))).toEqual({ ...rule, levels: {}, chosen });
});

it('needs ε and δ, and codes that count at their own level', () => {
  expect(choiceOf(rule)).toBeUndefined();
  expect(() => choiceOf({ ...rule, dpEpsilon: 1 })).toThrow(IncompleteOptionsError);
  expect(() => choiceOf({ ...rule, dpDelta: 1e-6 })).toThrow(IncompleteOptionsError);
  const both = { ...rule, dpEpsilon: 1, dpDelta: 1e-6 };
  expect(() => choiceOf({ ...both, rare: 'parent' })).toThrow(IneffectiveOptionError);
});
