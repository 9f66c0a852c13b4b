import { expect, it } from 'vitest';
import { levels } from './order.ts';

const node = (key: string, references: string[] = [], aliases: string[] = []) => ({
  key,
  references,
  aliases,
});
const keys = (nodes: ReturnType<typeof node>[]) => levels(nodes).map((level) => level.map(({ key }) => key));

it('puts what is referred to first, by key or alias, whatever the order, and circles last', () => {
  const location = node('l', ['Organization/o']);
  const organization = node('http://x/Organization/o', ['p', 'elsewhere'], ['Organization/o']);
  expect(keys([location, node('p', ['p']), organization])).toEqual([['p'], ['http://x/Organization/o'], ['l']]);
  expect(keys([node('a', ['b']), node('b', ['a']), node('c', ['a']), node('d')])).toEqual([['d'], ['a', 'b', 'c']]);
  expect(keys([])).toEqual([]);
});
