import { expect, it } from 'vitest';
import { isTooDense } from './answer.ts';
import { page, PATIENTS } from '../testing/hostile/answers.ts';

const many = (text: string) => `[${text.repeat(Math.ceil(5_000_000 / text.length))}0]`;

it('distinguishes brackets from content', () => {
  for (const brackets of ['{},', '[],', '[[]],', '{"":0},']) expect(isTooDense(many(brackets))).toBe(true);
  for (const content of [`${JSON.stringify(page(PATIENTS))},`, '{"coding":[{"code":"I10"}]},', '"text",', '1,'])
    expect(isTooDense(many(content))).toBe(false);
  expect(isTooDense('[[],[],[]]')).toBe(false);
});
