import { expect, it } from 'vitest';
import { z } from 'zod';
import { UserError } from './errors.ts';
import { parseYaml } from './yaml.ts';

const Type = z.strictObject({
  name: z.string(),
  rounds: z.number().int().min(1).optional(),
  share: z.union([z.number(), z.literal('off')]).optional(),
  options: z.union([z.literal(false), z.record(z.string(), z.number())]).optional(),
  sites: z.array(z.strictObject({ url: z.url() })).optional(),
});
const parse = (text: string) =>
  parseYaml(text, 'a.yaml', Type, (what, where) => new UserError('bad', 2, what, { where }));
const ALIASES = `a: &a [${'x,'.repeat(9)}x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nd: [${'*c,'.repeat(9)}*c]`;

it('reads YAML and JSON, and knows where each key stands', () => {
  const { data, placeOf } = parse('name: x\nsites:\n  - url: https://a\n  - { url: "https://b" }\n');
  expect(data).toEqual({ name: 'x', sites: [{ url: 'https://a' }, { url: 'https://b' }] });
  expect(placeOf(['sites', 1, 'url'])).toBe('a.yaml, line 4, column 7');
  expect(placeOf(['sites', 1])).toBe('a.yaml, line 4, column 5');
  expect(placeOf(['rounds'])).toBe('a.yaml');
  expect(parse('{"name": "x"}').data).toEqual({ name: 'x' });
});

it.each([
  ['a key that there is not', 'name: x\nround: 2\n', 'round: there is no such key', 'a.yaml, line 2, column 1'],
  [
    'one further down',
    'name: x\nsites: [{ uri: 2 }]',
    'sites.0.url: it is missing; sites.0.uri: there is no such key',
    'a.yaml, line 2, column 11',
  ],
  ['a value that is none', 'name: x\n\nrounds: 0\n', /^rounds: Too small/, 'a.yaml, line 3, column 1'],
  ['a key that is missing', 'rounds: 1\n', 'name: it is missing', 'a.yaml'],
  ['no text', '', 'name: it is missing', 'a.yaml'],
  ['a list', '- 1\n', /^the whole: .*expected object/, 'a.yaml'],
  ['a bracket too few', 'name: x\nsites: [', /^not YAML: /, 'a.yaml, line 2, column 9'],
  ['a key twice', 'name: x\nname: y', 'name: the key occurs twice', 'a.yaml, line 2, column 1'],
  [
    'one in a list',
    'sites:\n  - {}\n  - url: x\n    url: y',
    'sites.1.url: the key occurs twice',
    'a.yaml, line 4, column 5',
  ],
  ['an alias of nothing', 'a: &b 1\nname: *x', '*x: no &x comes before it', 'a.yaml, line 2, column 7'],
  ['one of several kinds', 'name: x\nshare: high', 'share: must be a finite number or off', 'a.yaml, line 2, column 1'],
  ['a number without end', 'name: x\nshare: .inf', 'share: must be a finite number or off', 'a.yaml, line 2, column 1'],
  [
    'a value within one of several kinds',
    'name: x\noptions: { a: b }',
    /^options.a: .*number/,
    'a.yaml, line 2, column 12',
  ],
  ['aliases without end', ALIASES, /alias/, 'a.yaml'],
])('of %s it gives the path of the key, and line and column', (_, text, what, where) => {
  const error = (() => {
    try {
      parse(text);
    } catch (thrown) {
      return thrown as UserError;
    }
  })()!;
  expect(error.details.where).toBe(where);
  const [first] = error.message.split('\n');
  if (typeof what === 'string') expect(first).toBe(what);
  else expect(first).toMatch(what);
});
