import { describe, expect, it } from 'vitest';
import { caveatsOf } from './caveats.ts';
import type { DatasheetFacts } from './datasheet-facts.ts';
import { datasheetOf } from './datasheet.ts';
import { Policy } from './policy.ts';
import type { GateOutcome } from './gate-outcome.ts';
import type { Verdict } from './verdict.ts';

const gate = (
  name: string,
  outcome: GateOutcome['outcome'],
  section: GateOutcome['section'] = 'privacy',
): GateOutcome => ({
  name,
  section,
  title: name,
  bound: 'at most',
  source: '',
  advice: '',
  threshold: 10,
  value: 0.123,
  outcome,
});
const verdict = (gates: GateOutcome[], more: Partial<Verdict> = {}): Verdict => ({
  passed: true,
  gates,
  off: [],
  loosened: [],
  accepted: [],
  advice: [],
  ...more,
});
const facts = (more: Partial<DatasheetFacts> = {}): DatasheetFacts => ({
  version: '9',
  date: '2026-01-02',
  patients: 600,
  codes: 30,
  formats: ['fhir', 'csv'],
  otherFormats: [],
  suppressed: 0,
  ingest: { minPatients: 10, rare: 'drop' },
  model: { name: 'MedGAN', seed: 3141, trainedOn: 1234, heldOut: 567 },
  generated: { seed: 4, engine: 'wasm' },
  tries: { asked: 1, samples: 1, evaluationSeeds: 1, refused: 0 },
  verdict: verdict([gate('rare-columns', 'passed'), gate('linkability', 'passed')]),
  ...more,
});
const text = (more: Partial<DatasheetFacts> = {}) => datasheetOf(Policy.parse({}), facts(more));

describe('caveats', () => {
  it('say what a policy lets pass; nothing where it is the usual one', () => {
    const gates = [gate('exposure', 'not measured'), gate('inference', 'too few to tell')];
    const lenient = verdict(gates, {
      off: ['coverage'],
      loosened: [{ name: 'membership-sets', usual: 0.55, threshold: 0.7 }],
      accepted: ['exposure', 'inference'],
    });
    expect(caveatsOf(lenient)).toBe(
      'Loosened: membership-sets 0.7 (usual 0.55); off: coverage; accepted though too few to tell: inference; accepted though not measured: exposure',
    );
    expect(caveatsOf(verdict([gate('linkability', 'passed')]))).toBe('');
    expect(text({ verdict: lenient }).split('\n\n')[1]).toMatch(/^\*\*Loosened: membership-sets 0\.7/);
  });
});

describe('datasheet', () => {
  it('names as safe the attacks that passed, and no others', () => {
    expect(text()).toContain('Attacks within their thresholds: linkability\n');
    const found = text({
      verdict: verdict([
        gate('linkability', 'too few to tell'),
        gate('inference', 'not measured'),
        gate('singling-out', 'failed'),
        gate('rare-columns', 'failed'),
        gate('prevalence', 'passed', 'fidelity'),
      ]),
    });
    expect(found).not.toContain('Attacks within');
    expect(found).toContain('Too few patients to tell: linkability');
    expect(found).toContain('Not measured: inference');
    expect(found).toContain('Failed: singling-out, rare-columns');
    expect(found).toContain('the gate rare-columns did not pass');
    expect(text()).not.toContain('no more than chance');
  });

  it('says how rare things were left out, at ingest and by the gate', () => {
    expect(text()).toMatch(
      /fewer than 10 training patients[^.]*left out[\s\S]*occurs in at least 10 training patients/,
    );
    expect(text({ ingest: { minPatients: 1, rare: 'drop' } })).toContain('No code was left out for being rare');
    expect(text({ ingest: { minPatients: 20, rare: 'parent' } })).toContain('counted under a wider code');
  });

  it('says which formats hold something else, and how many releases were tried', () => {
    expect(text()).toContain('as read back from `data/fhir`; `data/csv` has the same content');
    const other = { format: 'csv', entries: 12, verdict: verdict([]) };
    expect(text({ otherFormats: [other] })).toContain('`data/csv` differs from it in 12 entries');
    expect(text()).toContain('this is the first release');
    expect(text({ tries: { asked: 5, samples: 4, evaluationSeeds: 2, refused: 3 } })).toContain(
      '5 releases from these patients have been requested up to this one, of 4 different samples, measured with 2 different seeds; 3 were refused',
    );
  });

  it('of a private model has no count of patients and no seed of its training', () => {
    const found = text({
      epsilon: { epsilon: 5, delta: 1e-5, public: { columns: 'which codes there are' } },
    });
    for (const hidden of ['1,234', '567', '3141', '0.123']) expect(found).not.toContain(hidden);
    expect(found).toContain('the budget does not cover it');
    expect(found).toContain('ε = 5.000');
  });
});

it('says of dates what gates looked at', () => {
  expect(text()).toContain('dates were not compared with those of the source');
  const measured = (outcome: GateOutcome['outcome']) => text({ verdict: verdict([gate('sequence-copies', outcome)]) });
  expect(measured('passed')).toContain('the gates on histories check the order and rhythm of visits');
  expect(measured('not measured')).toContain('dates were not compared with those of the source');
});
