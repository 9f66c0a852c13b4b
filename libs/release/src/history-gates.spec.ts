import { compareHistories, compareValues } from '@ehrsynth/evaluation';
import { Dictionary, type Histories, HistoriesBuilder } from '@ehrsynth/histories';
import { auditHistories } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Figures } from './gate.ts';
import type { HistoryFigures } from './history-figures.ts';
import { HISTORY_GATES } from './history-gates.ts';
import { defaultPolicy, parsePolicy, Policy, policyYaml } from './policy.ts';
import { askedOf, judge, judgeGate } from './verdict.ts';
import { figuresOf, Report, type ReportFile } from './verify/report-file.ts';
import { withheldReport, withoutValues } from './withheld.ts';
import { draw } from './testing.ts';

const addDays = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
const ATTACKS = HISTORY_GATES.filter(({ section }) => section === 'privacy').map(({ name }) => name);
const PEOPLE = 200;
const ROWS = { training: PEOPLE, holdout: PEOPLE, synthetic: PEOPLE };
const dictionary = new Dictionary();

/** People who are seen a few times; a code brings its successor. @param isBroken codes, days and values as no real person has them */
function people(seed: string, isBroken = false): Histories {
  const rng = new Rng(seed);
  const builder = new HistoriesBuilder(dictionary);
  for (let person = 0; person < PEOPLE; person++) {
    let day = addDays('2015-01-01', rng.int(300));
    const events = [];
    let code = rng.int(12);
    for (let visit = 0; visit < 4 + rng.int(4); visit++) {
      const others = [0, 1, 2].map(() => (isBroken ? rng.int(12) : (code + 1 + rng.int(3)) % 12) + 12);
      for (const own of new Set([code, ...others]))
        events.push({ kind: 'condition' as const, code: { system: 's', code: `C${own}` }, start: day });
      const value = Math.round(isBroken ? rng.int(40) : 100 + rng.int(20) + rng.int(20));
      events.push({
        kind: 'measurement' as const,
        code: { system: 's', code: 'L' },
        start: day,
        quantity: { value, unit: 'mg/dL' },
      });
      day = addDays(day, isBroken ? 1 : 20 + rng.int(200));
      code = isBroken ? rng.int(12) : rng.chance(0.8) ? (code + 1) % 12 : rng.int(12);
    }
    builder.add({ id: `${seed}${person}`, sex: 'female', birthDate: '1970-01-01', encounters: [], events });
  }
  return builder.build();
}

const [training, holdout] = [people('training'), people('holdout')];

async function figuresFor(synthetic: Histories): Promise<HistoryFigures> {
  return {
    longitudinal: await compareHistories(training, holdout, synthetic, { outcomes: [], effects: [] }),
    values: await compareValues(training, holdout, synthetic),
    attacks: await auditHistories(training, holdout, synthetic),
  };
}

/** What comes of each gate, of those without a threshold by the suggested one. */
function outcomesOf(histories: HistoryFigures): Record<string, string> {
  const figures = { histories } as Figures;
  return Object.fromEntries(
    HISTORY_GATES.map((gate) => [
      gate.name,
      judgeGate(gate, (gate.threshold ?? gate.suggested)!, gate.value(figures), ROWS).outcome,
    ]),
  );
}

let honest: HistoryFigures;
beforeAll(async () => {
  honest = await figuresFor(people('new'));
});

describe('gates on records over time', () => {
  it('no gate fails people who are new', () => {
    for (const [name, outcome] of Object.entries(outcomesOf(honest)))
      expect(outcome, name).toMatch(ATTACKS.includes(name) ? /passed|too few to tell/ : /passed/);
  });

  it('every attack fails where the training histories are given back, and no gate of fidelity', async () => {
    for (const [name, outcome] of Object.entries(outcomesOf(await figuresFor(training))))
      expect([name, outcome]).toEqual([name, ATTACKS.includes(name) ? 'failed' : 'passed']);
  });

  it('every gate of fidelity fails histories without order, rhythm and values, and no attack does', async () => {
    for (const [name, outcome] of Object.entries(outcomesOf(await figuresFor(people('broken', true))))) {
      if (ATTACKS.includes(name)) expect(outcome, name).not.toBe('failed');
      else expect([name, outcome]).toEqual([name, 'failed']);
    }
  });

  it('nothing is measured where there are no histories, no values, or figures that are no numbers', () => {
    for (const gate of HISTORY_GATES) expect(gate.value({} as Figures)).toBeUndefined();
    const distribution = { ...honest.values.distribution, ks: { of: 3 } };
    const without = { ...honest, values: { ...honest.values, distribution } };
    expect(outcomesOf(without)['values-distribution']).toBe('not measured');
    const excess = { value: NaN, lower: NaN, upper: NaN };
    const { copies } = honest.attacks;
    const broken = { ...honest.attacks, copies: { ...copies, sequences: { ...copies.sequences, excess } } };
    expect(outcomesOf({ ...honest, attacks: broken })['sequence-copies']).toBe('not measured');
  });
});

it('fidelity is the share lost of the way from the floor to what is worth nothing, beyond the end of the floor', () => {
  const valueOf = (name: string, synthetic: number, floor: [value: number, lower: number, upper: number]) => {
    const [value, lower, upper] = floor;
    const figure = { synthetic: { value: synthetic, lower: 0, upper: 1 }, floor: { value, lower, upper } };
    const { codes, time, discriminator } = honest.longitudinal;
    const longitudinal = {
      ...honest.longitudinal,
      codes: { ...codes, sequentialRecordBigrams: figure },
      time: { ...time, span: figure },
      discriminator: { ...discriminator, auc: figure },
    };
    const gate = HISTORY_GATES.find((one) => one.name === name)!;
    return gate.value({ histories: { ...honest, longitudinal } } as Figures);
  };
  // R²: of the way of 0.8 down to 0, 0.7 less 0.5 is lost; none where the floor itself explains nothing.
  expect(valueOf('sequential-bigrams', 0.5, [0.8, 0.7, 0.9])).toBeCloseTo(0.25, 12);
  expect(valueOf('sequential-bigrams', 0.75, [0.8, 0.7, 0.9])).toBeCloseTo(-0.0625, 12);
  expect(valueOf('sequential-bigrams', -3, [-0.1, -0.6, 0.4])).toBeUndefined();
  // A distance: of the way of 0.8 up to 1, 0.4 less 0.3.
  expect(valueOf('record-span', 0.4, [0.2, 0.1, 0.3])).toBeCloseTo(0.125, 12);
  // An AUC: of the way of 0.5 up to 1, 0.6 less 0.55: a tenth, as the default policy suggests.
  expect(valueOf('history-discriminator', 0.6, [0.5, 0.45, 0.55])).toBeCloseTo(0.1, 12);
});

it('attacks are on where they are measured, fidelity where the policy names it', () => {
  const figures = { comparison: { rows: { training: 9, holdout: 400, synthetic: 9 } }, histories: honest } as Figures;
  const asked = (histories: HistoryFigures | undefined, gates: Policy['gates'] = {}) => {
    const own = Object.fromEntries(
      Object.keys(Policy.shape.gates.unwrap().shape)
        .filter((name) => !HISTORY_GATES.some((gate) => gate.name === name))
        .map((name) => [name, 'off' as const]),
    );
    return judge({ ...figures, histories }, { ...Policy.parse({}), gates: { ...own, ...gates } });
  };
  expect(asked(honest).gates.map(({ name }) => name)).toEqual(ATTACKS);
  expect(asked(undefined).gates).toEqual([]);
  expect(asked(undefined).passed).toBe(false);
  expect(asked(undefined, { 'record-span': 0.1, 'sequence-copies': 0.01 }).gates).toMatchObject([
    { name: 'sequence-copies', outcome: 'not measured' },
    { name: 'record-span', outcome: 'not measured' },
  ]);
  expect(asked(honest, { 'record-span': -0.9 }).gates.at(-1)).toMatchObject({ name: 'record-span', outcome: 'failed' });
});

it('the default policy suggests thresholds, and one that is named reads back', () => {
  expect(defaultPolicy()).toContain('  # sequential-bigrams: 0.1\n');
  expect(defaultPolicy()).toContain('  # history-membership: 0.55\n');
  const policy = parsePolicy('gates: { visit-bigrams: 0.1, history-membership: 0.6 }', 'p');
  const again = parsePolicy(policyYaml(policy), 'p');
  expect(again.gates).toMatchObject({ 'visit-bigrams': 0.1, 'history-membership': 0.6 });
  expect(again.gates['record-span']).toBeUndefined();
  expect(() => parsePolicy('gates: { history-membership: 55 }', 'p')).toThrow('from 0.5 to 1');
});

it('a threshold more lenient than the suggested one is said to be loosened, and one that everything meets is off', () => {
  const asked = (gates: string) => askedOf(parsePolicy(`gates: { ${gates} }`, 'p'));
  expect(asked('record-span: 0.1, sequential-bigrams: 0.05')).toMatchObject({ off: [], loosened: [] });
  expect(asked('record-span: 0.5, sequential-bigrams: 7').loosened).toEqual([
    { name: 'sequential-bigrams', usual: 0.1, threshold: 7 },
    { name: 'record-span', usual: 0.1, threshold: 0.5 },
  ]);
  expect(asked('history-discriminator: 1, values-distribution: 1').off).toEqual([
    'history-discriminator',
    'values-distribution',
  ]);
  expect(() => asked('history-discriminator: 2')).toThrow('from -2 to 1');
});

it('figures in report.json are judged again, and must be numbers', () => {
  const shape = Report.safeParse({ histories: { ...honest, attacks: {} } });
  expect(shape.error?.issues.some(({ path }) => path.join('.').startsWith('histories.attacks'))).toBe(true);
  const read = JSON.parse(JSON.stringify({ histories: honest })) as ReportFile;
  expect(outcomesOf(figuresOf(read).histories!)).toEqual(outcomesOf(honest));
});

it('of a private model no figure of histories is given away', () => {
  const rows = draw(30, 'rows');
  const comparison = { violations: { synthetic: {} }, rows: {} } as Figures['comparison'];
  const gates = HISTORY_GATES.map((gate) => judgeGate(gate, 0.5, gate.value({ histories: honest } as Figures), ROWS));
  const verdict = { passed: true, gates, off: [], loosened: [], accepted: [], heldOut: PEOPLE, advice: [] };
  const report = withheldReport(rows, { comparison, histories: honest } as Figures, verdict);
  expect(report).not.toHaveProperty('histories');
  expect(JSON.stringify(report)).not.toMatch(/longitudinal|membership":|sequences/);
  for (const gate of withoutValues(verdict).gates)
    expect(Object.keys(gate)).not.toEqual(expect.arrayContaining(['value']));
});
