import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GATES } from './gates.ts';
import { defaultPolicy, parsePolicy, Policy, policyYaml } from './policy.ts';
import { PRIVACY_GATES } from './privacy-gates.ts';

describe('policy', () => {
  it('the one that is printed is the default', () => {
    const printed = parsePolicy(defaultPolicy(), 'policy.yaml');
    const { gates, ...rest } = Policy.parse({});
    expect(gates).toEqual({});
    expect(printed).toEqual({ ...rest, gates: expect.anything() });
    for (const { name, threshold, part } of GATES) {
      // Naming a gate asks for it, also where nothing can be measured.
      if (part) expect(printed.gates[name]).toBeUndefined();
      else if (threshold !== undefined) expect(printed.gates[name]).toBeCloseTo(threshold, 4);
    }
    expect(defaultPolicy()).toContain('  # exposure: 1\n');
  });

  it('the one of a release reads back as what was used', () => {
    const text =
      'gates: { prevalence-shortfall: 0.1, coverage: off }\naccept: { not-measured: [coverage] }\nk-anonymity: { k: 5, quasi-identifiers: [sex] }';
    const policy = parsePolicy(text, 'p');
    const again = parsePolicy(policyYaml(policy), 'policy.yaml');
    expect(again.gates).toMatchObject({
      'prevalence-shortfall': 0.1,
      coverage: 'off',
      'membership-sets': 0.55,
    });
    expect({ ...again, gates: policy.gates }).toEqual(policy);
    expect((parse(policyYaml(policy)) as Policy)['small-cells']).toBe(11);
  });
  const privacy = PRIVACY_GATES.filter(({ part, threshold }) => part === undefined && threshold !== undefined);
  const allOff = `gates: { ${privacy.map(({ name }) => `${name}: off`).join(', ')} }`;
  const allOpen = `gates: { ${privacy.map(({ name, range: [, most] }) => `${name}: ${most}`).join(', ')} }`;

  it.each([
    ['gates:\n  prevalance: 1', 'gates.prevalance: there is no such key', 'policy.yaml, line 2, column 3'],
    ['small-cells: 11\ngates:\n  coverage: [1]', 'gates.coverage', 'line 3'],
    ['k-anonymity: { k: 1, quasi-identifiers: [sex] }', 'k-anonymity.k', 'line 1, column 16'],
    ['gates: {', 'not YAML', 'policy.yaml, line 1, column 9'],
    [
      'small-cells: 11\ngates:\n  membership-sets: 55',
      'gates.membership-sets is 55; it must be from 0.5 to 1',
      'line 3',
    ],
    ['gates: { membership-sets: 0.3 }', 'membership-sets is 0.3', 'line 1'],
    ['gates:\n  membership-sets: high', 'gates.membership-sets: must be a finite number or off', 'line 2'],
    ['gates: { linkability: -1 }', 'linkability is -1', 'line 1'],
    ['accept: { too-few-to-tell: [membership] }', 'accept.too-few-to-tell', 'line 1'],
    ['gates: { near-copies: off }', 'near-copies cannot be off', 'line 1'],
    ['gates: { exact-copies: 1 }', 'exact-copies cannot be off', 'line 1'],
    ['accept: { too-few-to-tell: [near-copies] }', 'accept.too-few-to-tell', 'line 1'],
    [
      `a: &a [${'x,'.repeat(9)}x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nd: [${'*c,'.repeat(9)}*c]`,
      'Excessive alias count',
      'policy.yaml',
    ],
    [allOff, 'every privacy gate is off', 'line 1'],
    [allOpen, 'every privacy gate is off', 'line 1'],
  ])('says what is wrong, and where: %s', (text, what, where) => {
    expect(() => parsePolicy(text, 'policy.yaml')).toThrow(what);
    expect(() => parsePolicy(text, 'policy.yaml')).toThrow(where);
  });
});
