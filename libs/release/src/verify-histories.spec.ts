import { readFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { parsePolicy } from './policy.ts';
import { editJson, type Json, reseal, testPackage } from './testing.ts';
import { judge, type Verdict } from './verdict.ts';
import { figuresOf } from './verify/report-file.ts';

const { at, edit, faults, folder } = testPackage();
const report = (change: (report: Json) => void) => editJson(folder(), 'report.json', change);
const outcome = (change: (outcome: Json) => void) => editJson(folder(), 'outcome.json', change);
const read = (name: string) => readFileSync(at(name), 'utf8');
const around = (value: number) => ({ value, lower: value - 0.004, upper: value + 0.004 });
const compared = (synthetic: number, floor: number) => ({ synthetic: around(synthetic), floor: around(floor) });

/** Figures of records over time that pass every gate. */
const HISTORIES = {
  longitudinal: {
    codes: { sequentialRecordBigrams: compared(0.95, 0.96), visitBigrams: compared(0.95, 0.96) },
    time: { span: compared(0.05, 0.04) },
    discriminator: { auc: compared(0.52, 0.5) },
  },
  values: { distribution: { ks: compared(0.05, 0.04) } },
  attacks: {
    membership: { aligned: around(0.5), density: around(0.5) },
    copies: { sequences: { excess: around(0) }, longRuns: { excess: around(0) }, near: { excess: around(0) } },
    closestPeople: { excess: around(0) },
  },
};
const NAMED = ['record-span', 'history-discriminator', 'sequence-copies'];

/** A package of records over time, of whose gates the policy names three. */
beforeEach(async () => {
  report((it) => (it.histories = structuredClone(HISTORIES)));
  edit(
    'policy.yaml',
    'gates:\n',
    'gates:\n  record-span: 0.1\n  history-discriminator: 0.1\n  sequence-copies: 0.01\n',
  );
  const { off, loosened, accepted, gates } = judge(
    figuresOf(JSON.parse(read('report.json'))),
    parsePolicy(read('policy.yaml'), 'policy.yaml'),
  );
  outcome((it) => Object.assign(it, { off, loosened, accepted, gates }));
  await reseal(folder());
});

it('a whole package has the gates that its policy names, and those of attacks', async () => {
  expect(await faults()).toEqual([]);
  const names = (JSON.parse(read('outcome.json')) as Verdict).gates.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...NAMED, 'partial-sequence-copies', 'history-membership']));
  expect(names).not.toContain('visit-bigrams');
});

const outcomeWithout = (wanted: RegExp) =>
  outcome((it) => (it.gates = it.gates.filter(({ name }: Json) => !wanted.test(name))));

it.each<[what: string, change: () => void, fault: RegExp]>([
  [
    'copies past the threshold',
    () => report((it) => (it.histories.attacks.copies.sequences.excess = around(0.2))),
    /^outcome\.json: gate sequence-copies is reported as passed; by the figures it is failed/,
  ],
  [
    'a distance that is worth less than was reported',
    () => report((it) => (it.histories.longitudinal.time.span.synthetic = around(0.6))),
    /^outcome\.json: gate record-span is reported as passed; by the figures it is failed/,
  ],
  [
    'a better floor than was reported',
    () => report((it) => (it.histories.longitudinal.discriminator.auc.floor = around(0.51))),
    /^outcome\.json: gate history-discriminator is reported with /,
  ],
  [
    'a figure left out',
    () => report((it) => delete it.histories.longitudinal.time.span.synthetic),
    /^report\.json: gate record-span is reported as passed, and its figure is missing/,
  ],
  [
    'a figure that is a text',
    () => report((it) => (it.histories.attacks.copies.longRuns.excess.upper = '0')),
    /^report\.json: at histories › attacks › copies › longRuns › excess › upper/,
  ],
  [
    'all of them left out',
    () => report((it) => delete it.histories),
    /^report\.json: gate (sequence-copies|record-span) is reported as passed, and its figure is missing/,
  ],
  [
    'all of them left out, and their gates',
    () => {
      report((it) => delete it.histories);
      outcomeWithout(/histor|sequence|record-span/);
    },
    /^outcome\.json: gate record-span is missing; the policy asks for it/,
  ],
  [
    'a threshold made lenient later',
    () => edit('policy.yaml', 'record-span: 0.1', 'record-span: 0.5'),
    /^outcome\.json: gate record-span is reported with threshold 0\.1; the policy has 0\.5/,
  ],
  [
    'a gate switched off later',
    () => edit('policy.yaml', 'sequence-copies: 0.01', 'sequence-copies: off'),
    /^outcome\.json: gate sequence-copies is not one that the policy asks for/,
  ],
])('%s: found, though every checksum fits', async (_, change, fault) => {
  change();
  await reseal(folder());
  expect((await faults()).join('\n')).toMatch(new RegExp(fault.source, 'm'));
});
