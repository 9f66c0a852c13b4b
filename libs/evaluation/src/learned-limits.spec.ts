import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { expect, it } from 'vitest';
import { compare } from './compare.ts';
import { learnedLimits } from './learned-limits.ts';
import { testColumns } from './testing.ts';

const sex = (code: string): Column => ({ kind: 'demographic', system: 'sex', code, level: 'code' });
const [female, male] = [sex('female'), sex('male')];
const [pregnancy, cold, rare] = testColumns(3).slice(1);

/** 40 women and 40 men: all women have the first code, half of all the second, three women the third. */
function people(mistakes = 0) {
  const builder = new MatrixBuilder([female, male, pregnancy, cold, rare]);
  for (let i = 0; i < 80; i++) {
    const own = [i % 2 ? male : female, ...(i % 4 < 2 ? [cold] : [])];
    if (i % 2 === 0 || i < 2 * mistakes) own.push(pregnancy);
    if (i < 6 && i % 2 === 0) own.push(rare);
    builder.add(
      String(i),
      own.map((column): [Column, number] => [column, 1]),
    );
  }
  return builder.build();
}

it('the sex that alone has a code, both, or too few to tell', () => {
  expect(learnedLimits(people())).toEqual(
    new Map([
      [2, { sex: 'female' }],
      [3, {}],
    ]),
  );
});

it('no rule covers a code: synthetic men who have what no man has are impossible, and what cannot be judged is counted', async () => {
  const { violations } = await compare(people(), people(), people(3), { smallCell: 1 });
  expect(violations.synthetic).toMatchObject({ rows: 3, rules: { codes: 3, covered: 2 }, judged: 80 });
  expect(violations.training).toMatchObject({ rows: 0 });
});
