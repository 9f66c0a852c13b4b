import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { editJson, type Json, reseal, testPackage } from './testing.ts';
import type { Verdict } from './verdict.ts';
import { verifyRelease } from './verify.ts';

const { at, edit, faults, folder } = testPackage();
const report = (change: (report: Json) => void) => editJson(folder(), 'report.json', change);
const outcome = (change: (outcome: Json) => void) => editJson(folder(), 'outcome.json', change);
const gate = (gates: Verdict['gates'], wanted: string) => gates.find(({ name }) => name === wanted)!;

describe('figures are numbers, and say what the outcome says, also where every checksum was made to fit', () => {
  const everyNumber = (value: Json, to: Json): Json =>
    typeof value === 'number'
      ? to
      : Array.isArray(value)
        ? value.map((one) => everyNumber(one, to))
        : value && typeof value === 'object'
          ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, everyNumber(one, to)]))
          : value;

  it.each<[what: string, change: () => void, fault: RegExp]>([
    [
      'figures of null',
      () => report((it) => Object.assign(it, everyNumber({ comparison: it.comparison, privacy: it.privacy }, null))),
      /^(report|outcome)\.json: /,
    ],
    [
      'figures of text',
      () => report((it) => (it.privacy = everyNumber(it.privacy, '0.5'))),
      /^report\.json: at privacy › membership › sets › value: /,
    ],
    ['one figure of null', () => report((it) => (it.privacy.membership.sets.upper = null)), /gate membership-sets/],
    [
      'one figure left out',
      () => report((it) => delete it.privacy.membership.sets.upper),
      /^report\.json: at privacy › membership › sets › upper/,
    ],
    [
      'one attack left out',
      () => report((it) => delete it.privacy.singlingOut),
      /^report\.json: at privacy › singlingOut/,
    ],
    [
      'no bands of inference',
      () => report((it) => (it.privacy.attributeInference.bands = [])),
      /^report\.json: at privacy › attributeInference › bands/,
    ],
    [
      'a figure beyond all numbers',
      () => edit('report.json', /"r":[\d.e-]+/, '"r":1e999'),
      /^report\.json: at comparison › prevalence/,
    ],
    ['NaN', () => edit('report.json', /"r":[\d.e-]+/, '"r":NaN'), /^report\.json: not JSON/],
    ['no privacy', () => report((it) => delete it.privacy), /^report\.json: at privacy/],
    ['a list', () => writeFileSync(at('report.json'), '[]'), /^report\.json: at the top/],
    ['null', () => writeFileSync(at('outcome.json'), 'null'), /^outcome\.json: at the top/],
    [
      'a figure past its threshold',
      () => report((it) => Object.assign(it.privacy.membership.sets, { value: 0.9, lower: 0.88, upper: 0.92 })),
      /^report\.json: gate membership-sets fails: 0\.92; the policy requires at most 0\.55/,
    ],
    [
      'a gate left out of the outcome',
      () => outcome((it) => it.gates.shift()),
      /^outcome\.json: gate impossible-rows is missing/,
    ],
    [
      'no gates in the outcome',
      () => outcome((it) => (it.gates = [])),
      /^outcome\.json: gate impossible-rows is missing/,
    ],
    ['a gate twice', () => outcome((it) => it.gates.push(it.gates[0])), /^outcome\.json: it lists a gate twice/],
    [
      'a gate of no policy',
      () => outcome((it) => it.gates.push({ ...it.gates[0], name: 'beauty' })),
      /^outcome\.json: gate beauty is not required by the policy/,
    ],
    [
      'passed without a value',
      () => outcome((it) => delete it.gates[0].value),
      /^outcome\.json: gate impossible-rows is reported with no value/,
    ],
    [
      'passed with a value of null',
      () => outcome((it) => (it.gates[0].value = null)),
      /^outcome\.json: gate impossible-rows is reported with no value/,
    ],
    [
      'passed where nothing was measured',
      () => report((it) => delete it.comparison.coverage.codes[1].neverGenerated),
      /^report\.json: gate coverage is reported as passed, but its figure is missing/,
    ],
    [
      'another value',
      () => outcome((it) => (gate(it.gates, 'discriminator').value = 1)),
      /^outcome\.json: gate discriminator is reported with 1; from the figures it is 0\./,
    ],
    [
      'another outcome',
      () => outcome((it) => (it.gates[0].outcome = 'too few to tell')),
      /^outcome\.json: gate impossible-rows is reported as too few to tell; from the figures it is passed/,
    ],
    [
      'an outcome of no kind',
      () => outcome((it) => (it.gates[0].outcome = 'fine')),
      /^outcome\.json: at gates › 0 › outcome/,
    ],
    [
      'another threshold',
      () => outcome((it) => (it.gates[0].threshold = 1)),
      /^outcome\.json: gate impossible-rows is reported with threshold 1; the policy has 0/,
    ],
    [
      'a verdict that did not pass',
      () => outcome((it) => (it.passed = false)),
      /^outcome\.json: it says that the package did not pass/,
    ],
    [
      'gates off that the policy has on',
      () => outcome((it) => it.off.push('coverage')),
      /^outcome\.json: it lists as off: coverage; under the policy: none/,
    ],
    [
      'gates loosened that are not',
      () => outcome((it) => (it.loosened = [{ name: 'coverage' }])),
      /^outcome\.json: it lists as loosened: coverage; under the policy: none/,
    ],
    [
      'a policy made lenient later',
      () => edit('policy.yaml', /membership-sets: 0.55/, 'membership-sets: 0.9'),
      /^outcome\.json: gate membership-sets is reported with threshold 0\.55; the policy has 0\.9/,
    ],
    ['every gate off', () => allOff(), /^policy\.yaml: not a policy; .*every privacy gate is off/],
    [
      'a gate that every release has, left out everywhere',
      () => withoutSource(),
      /^outcome\.json: gate source-ids is missing; every release has it/,
    ],
    [
      'a policy that is no YAML',
      () => writeFileSync(at('policy.yaml'), 'gates: {'),
      /^policy\.yaml: not a policy; .*line 1/,
    ],
    [
      'a policy of other gates',
      () => writeFileSync(at('policy.yaml'), 'gates: { beauty: 1 }'),
      /^policy\.yaml: not a policy; .*beauty/,
    ],
    [
      'a threshold that is not a number',
      () => writeFileSync(at('policy.yaml'), 'gates: { prevalence: .nan }'),
      /^policy\.yaml: not a policy/,
    ],
    [
      'a policy that unfolds without end',
      () => writeFileSync(at('policy.yaml'), bomb()),
      /^policy\.yaml: not a policy/,
    ],
    [
      'a policy too deep',
      () => writeFileSync(at('policy.yaml'), '['.repeat(10_000)),
      /^policy\.yaml: nested deeper than any policy/,
    ],
    [
      'JSON too deep',
      () => writeFileSync(at('report.json'), '{"privacy":'.repeat(200_000)),
      /^report\.json: nested deeper than any release/,
    ],
    [
      'a byte order mark',
      () => edit('outcome.json', /^/, '\uFEFF'),
      /^outcome\.json: it starts with a byte order mark/,
    ],
    ['not UTF-8', () => writeFileSync(at('policy.yaml'), Buffer.from([0x67, 0xff])), /^policy\.yaml: not UTF-8/],
    ['an empty file', () => writeFileSync(at('report.json'), ''), /^report\.json: not JSON/],
  ])('%s', async (_, change, fault) => {
    change();
    await reseal(folder());
    const found = await faults();
    expect(found).toContainEqual(expect.stringMatching(fault));
    expect(found.join('\n')).not.toMatch(/checksum|TypeError|undefined/);
  });

  function allOff() {
    const names = (JSON.parse(readFileSync(at('outcome.json'), 'utf8')) as Verdict).gates.map(({ name }) => name);
    writeFileSync(at('policy.yaml'), `gates: { ${names.map((name) => `${name}: off`).join(', ')} }`);
    outcome((it) => Object.assign(it, { gates: [], off: names, passed: true }));
  }

  function withoutSource() {
    report((it) => delete it.source);
    outcome((it) => (it.gates = it.gates.filter(({ name }: Json) => name !== 'source-ids')));
  }

  it('every attack not measured', async () => {
    report((it) => Object.assign(it, everyNumber({ comparison: it.comparison, privacy: it.privacy }, null)));
    outcome((it) => it.gates.forEach((one: Json) => Object.assign(one, { outcome: 'not measured', value: undefined })));
    await reseal(folder());
    expect((await faults()).length).toBeGreaterThan(0);
  });

  it('says what the policy leaves out or asks less of', async () => {
    edit('policy.yaml', /membership-sets: 0.55/, 'membership-sets: 0.7');
    edit('policy.yaml', /coverage: .*/, 'coverage: off');
    outcome((it) => {
      gate(it.gates, 'membership-sets').threshold = 0.7;
      Object.assign(it, {
        gates: it.gates.filter(({ name }: Json) => name !== 'coverage'),
        off: ['coverage'],
        loosened: [{ name: 'membership-sets' }],
      });
    });
    await reseal(folder());
    const found = await verifyRelease(folder());
    expect(found.faults).toEqual([]);
    expect(found.standing).toMatchObject({
      off: ['coverage'],
      loosened: [{ name: 'membership-sets', usual: 0.55, threshold: 0.7 }],
    });
  });
});

describe('figures that are withheld', () => {
  beforeEach(async () => {
    writeFileSync(at('report.json'), '{ "withheld": true, "synthetic": { "rows": 1000 } }');
    outcome((it) => it.gates.forEach((one: Json) => delete one.value));
    await reseal(folder());
  });

  it('leave the outcomes as they are stated', async () => {
    const found = await verifyRelease(folder());
    expect(found.faults).toEqual([]);
    expect(found.standing).toMatchObject({ withheld: true, notMeasured: [] });
  });

  it.each<[what: string, change: (outcome: Json) => void, fault: RegExp]>([
    ['a gate that failed', (it) => (it.gates[0].outcome = 'failed'), /^report\.json: gate impossible-rows fails/],
    ['a gate left out', (it) => it.gates.shift(), /gate impossible-rows is missing/],
    [
      'the gate of ids of the source left out',
      (it) => (it.gates = it.gates.filter(({ name }: Json) => name !== 'source-ids')),
      /gate source-ids is missing; every release has it/,
    ],
    [
      'a value past its threshold',
      (it) => (it.gates[0].value = 0.2),
      /reported as passed, with 0\.2; it must be at most 0/,
    ],
    ['nothing measured', (it) => it.gates.forEach((one: Json) => (one.outcome = 'not measured')), /no gate passed/],
    ['not passed', (it) => (it.passed = false), /did not pass/],
  ])('but not %s', async (_, change, fault) => {
    outcome(change);
    await reseal(folder());
    expect(await faults()).toContainEqual(expect.stringMatching(fault));
  });

  it('and only where the report says so', async () => {
    writeFileSync(at('report.json'), '{ "withheld": "true" }');
    await reseal(folder());
    expect(await faults()).toContainEqual(expect.stringMatching(/^report\.json: at /));
  });
});

/** YAML whose aliases unfold to a billion values. */
function bomb(): string {
  const lines = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]`);
  return `a0: &a0 [x,x]\n${lines.join('\n')}\ngates: *a9`;
}
