import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { parsePolicy } from './policy.ts';
import { editJson, type Json, reseal, testPackage } from './testing.ts';
import { judge, type Verdict } from './verdict.ts';
import { verifyRelease } from './verify.ts';
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
    /^outcome\.json: gate sequence-copies is reported as passed; from the figures it is failed/,
  ],
  [
    'a distance that is worth less than was reported',
    () => report((it) => (it.histories.longitudinal.time.span.synthetic = around(0.6))),
    /^outcome\.json: gate record-span is reported as passed; from the figures it is failed/,
  ],
  [
    'a better floor than was reported',
    () => report((it) => (it.histories.longitudinal.discriminator.auc.floor = around(0.51))),
    /^outcome\.json: gate history-discriminator is reported with /,
  ],
  [
    'a figure left out',
    () => report((it) => delete it.histories.longitudinal.time.span.synthetic),
    /^report\.json: gate record-span is reported as passed, but its figure is missing/,
  ],
  [
    'a figure that is a text',
    () => report((it) => (it.histories.attacks.copies.longRuns.excess.upper = '0')),
    /^report\.json: at histories › attacks › copies › longRuns › excess › upper/,
  ],
  [
    'all of them left out',
    () => report((it) => delete it.histories),
    /^report\.json: gate (sequence-copies|record-span) is reported as passed, but its figure is missing/,
  ],
  [
    'all of them left out, and their gates',
    () => {
      report((it) => delete it.histories);
      outcomeWithout(/histor|sequence|record-span/);
    },
    /^outcome\.json: gate record-span is missing; the policy requires it/,
  ],
  [
    'a threshold made lenient later',
    () => edit('policy.yaml', 'record-span: 0.1', 'record-span: 0.5'),
    /^outcome\.json: gate record-span is reported with threshold 0\.1; the policy has 0\.5/,
  ],
  [
    'a gate switched off later',
    () => edit('policy.yaml', 'sequence-copies: 0.01', 'sequence-copies: off'),
    /^outcome\.json: gate sequence-copies is not required by the policy/,
  ],
])('%s: found, though every checksum fits', async (_, change, fault) => {
  change();
  await reseal(folder());
  expect((await faults()).join('\n')).toMatch(new RegExp(fault.source, 'm'));
});

describe('records with dates, whose figures and gates were left out together, by a policy that names none of them', () => {
  const EVENTS = 'id,encounter,kind,system,code,display,start,active\n';
  const encounter = { resourceType: 'Encounter', id: 'e', class: { code: 'AMB' } };
  const write = (name: string, text: string) => {
    mkdirSync(at('data', name, '..'), { recursive: true });
    writeFileSync(at('data', name), text);
  };
  const ndjson = (...resources: object[]) => resources.map((one) => `${JSON.stringify(one)}\n`).join('');
  const MISSING =
    /^outcome\.json: gate (history|sequence|partial|near|histories).* is missing; every release of records with dates has it/;

  beforeEach(async () => {
    report((it) => delete it.histories);
    outcomeWithout(/histor|sequence|record-span/);
    edit('policy.yaml', /^ {2}(record-span|history-discriminator|sequence-copies): .*\n/gm, '');
  });

  it('nothing is missing where no record has a date', async () => {
    write('csv/events.csv', `${EVENTS}p0,,condition,s,C1,,,\n`);
    write('fhir/Encounter.ndjson', ndjson(encounter));
    await reseal(folder());
    expect(await faults()).toEqual([]);
  });

  it.each<[what: string, name: string, text: string]>([
    ['an event in CSV', 'csv/events.csv', `${EVENTS}p0,,condition,s,C1,,,\np1,,condition,s,C1,"a\nb",2020-01-01,\n`],
    ['an encounter in CSV', 'csv/encounters.csv', 'id,encounter,class,start,end\np0,0,AMB,2020-01-01,\n'],
    ['an encounter in FHIR', 'fhir/Encounter.ndjson', ndjson(encounter, { ...encounter, period: { start: '2020' } })],
    ['a condition in FHIR', 'fhir/Condition.ndjson', ndjson({ resourceType: 'Condition', recordedDate: '2020-01-01' })],
    ['a measurement in OMOP', 'omop/measurement.csv', 'measurement_id,person_id,measurement_date\n1,1,2020-01-01\n'],
  ])('%s shows it', async (_, name, text) => {
    write(name, text);
    await reseal(folder());
    expect((await faults()).filter((fault) => MISSING.test(fault))).toHaveLength(6);
  });

  it('also where the figures are withheld', async () => {
    write('csv/events.csv', `${EVENTS}p0,,condition,s,C1,,2020-01-01,\n`);
    writeFileSync(at('report.json'), '{ "withheld": true, "synthetic": { "rows": 1000 } }');
    outcome((it) => it.gates.forEach((one: Json) => delete one.value));
    await reseal(folder());
    expect((await faults()).filter((fault) => MISSING.test(fault))).toHaveLength(6);
  });

  it('stated as not measured, they are in the way, and said first where the policy accepts that', async () => {
    write('csv/events.csv', `${EVENTS}p0,,condition,s,C1,,2020-01-01,\n`);
    const stated = (accepts: boolean) => {
      const policy = parsePolicy(read('policy.yaml'), 'policy.yaml');
      const { passed, off, loosened, accepted, gates } = judge(
        { ...figuresOf(JSON.parse(read('report.json'))), dated: true },
        policy,
      );
      expect(passed).toBe(accepts);
      outcome((it) => Object.assign(it, { off, loosened, accepted, gates }));
    };
    stated(false);
    await reseal(folder());
    expect(await faults()).toEqual(['report.json: under the policy, these figures do not allow a release']);
    const names = JSON.parse(read('outcome.json')).gates.filter(({ outcome: it }: Json) => it === 'not measured');
    edit('policy.yaml', /not-measured:.*/, `not-measured: [${names.map(({ name }: Json) => name).join(', ')}]`);
    stated(true);
    await reseal(folder());
    const { faults: none, standing } = await verifyRelease(folder());
    expect(none).toEqual([]);
    expect(standing!.accepted).toHaveLength(6);
    expect(standing!.notMeasured).toEqual(standing!.accepted);
  });
});

describe('the records are as many as the figures are of, in a format that a release writes', () => {
  it('fewer patients', async () => {
    writeFileSync(at('data/csv/patients.csv'), 'id\np0\np1\n');
    await reseal(folder());
    expect(await faults()).toEqual(['data: the figures describe 1000 patients; the package has 2 in data/csv']);
  });

  it('no records', async () => {
    rmSync(at('data/csv'), { recursive: true });
    await reseal(folder());
    expect(await faults()).toEqual([expect.stringMatching(/^data: it has no records/)]);
  });

  it.each([
    ['CSV that ends in a text', `id,start\n"${'x'.repeat(3_000_000)}`],
    ['CSV of another shape', 'id\n"a"b,"\n\0,,,'],
  ])('%s ends in a fault', async (_, text) => {
    writeFileSync(at('data/csv/patients.csv'), text);
    await reseal(folder()).catch(() => undefined);
    expect((await faults()).join()).toMatch(/data: the figures describe 1000 patients/);
  });
});
