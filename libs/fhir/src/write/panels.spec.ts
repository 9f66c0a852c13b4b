import type { Observation } from 'fhir/r4.js';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { usCore } from '../validate/us-core.ts';
import { toResources } from './to-resources.ts';

const vocabulary = new Vocabulary();
const loinc = (code: string) => ({ system: System.loinc, code });
const measured = (code: string, value?: number, more: Partial<CodedEvent> = {}): CodedEvent => ({
  kind: 'measurement',
  code: loinc(code),
  start: '2020-01-02',
  ...(value !== undefined && { quantity: { value, unit: 'mm[Hg]' } }),
  ...more,
});
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';
const record = (...events: CodedEvent[]): PatientRecord => ({
  id: 'a',
  sex: 'female',
  encounters: [{ class: 'AMB' }, { class: 'AMB' }],
  events,
});
const write = (...events: CodedEvent[]) =>
  toResources(record(...events), vocabulary).slice(3) as (Observation & { id: string })[];
/** Of each Observation its code, then its components with their values, x where there is none. */
const told = (written: Observation[]) =>
  written.map(
    ({ code, component = [] }) =>
      `${code.coding![0].code}: ${component.map((one) => `${one.code.coding![0].code} ${one.valueQuantity?.value ?? 'x'}`).join(', ')}`,
  );

it('writes two halves of a blood pressure as one, whether the record has a panel or not', () => {
  const [written, ...others] = write(measured(SYSTOLIC, 120), measured(DIASTOLIC, 80));
  expect(others).toEqual([]);
  expect(written).toMatchObject({
    meta: { profile: [usCore('blood-pressure')] },
    category: [{ coding: [{ code: 'vital-signs' }] }],
    code: { coding: [loinc('85354-9')] },
    effectiveDateTime: '2020-01-02',
    component: [
      {
        code: { coding: [loinc(SYSTOLIC)] },
        valueQuantity: { value: 120, unit: 'mm[Hg]', system: UCUM, code: 'mm[Hg]' },
      },
      { code: { coding: [loinc(DIASTOLIC)] }, valueQuantity: { value: 80 } },
    ],
  });
  expect(written).not.toHaveProperty('dataAbsentReason');
  const panel = { panel: loinc('35094-2') };
  expect(told(write(measured(SYSTOLIC, 120, panel), measured(DIASTOLIC, 80)))).toEqual(told([written]));
});

it('says of a missing half that it is not known', () => {
  const [written] = write(measured(DIASTOLIC, 80));
  expect(told([written])).toEqual(['85354-9: 8462-4 80, 8480-6 x']);
  expect(written.component![1].dataAbsentReason?.coding![0].code).toBe('unknown');
  expect(written.meta?.profile).toEqual([usCore('blood-pressure')]);
});

it.each<[string, Partial<CodedEvent>]>([
  ['another time', { startTime: '08:00' }],
  ['another day', { start: '2020-01-03' }],
  ['another encounter', { encounter: 1 }],
])('writes halves of %s apart', (_, other) =>
  expect(told(write(measured(SYSTOLIC, 120), measured(DIASTOLIC, 80, other)))).toEqual([
    '85354-9: 8480-6 120, 8462-4 x',
    '85354-9: 8462-4 80, 8480-6 x',
  ]),
);

it('begins another panel with a component that the first has', () => {
  const halves = [measured(SYSTOLIC, 120), measured(SYSTOLIC, 130), measured(DIASTOLIC, 80), measured(DIASTOLIC, 90)];
  expect(told(write(...halves))).toEqual(['85354-9: 8480-6 120, 8462-4 80', '85354-9: 8480-6 130, 8462-4 90']);
});

it('claims no blood pressure of a half in another unit', () => {
  const kilopascal = measured(DIASTOLIC, undefined, { quantity: { value: 11, unit: 'kPa' } });
  const [written] = write(measured(SYSTOLIC, 120), kilopascal);
  expect(written.meta?.profile).toEqual([usCore('vital-signs')]);
  const [inWords] = write(measured(SYSTOLIC, undefined, { quantity: { value: 120, unit: 'mmHg' } }));
  expect(inWords.meta?.profile).toEqual([usCore('blood-pressure')]);
});

it('keeps what each component of a panel has, and leaves the rest of the record alone', () => {
  const panel = { panel: { ...loinc('24331-1'), display: 'Lipid panel' } };
  const between: CodedEvent = { kind: 'condition', code: { system: System.icd10cm, code: 'I10' } };
  const events = [
    measured('2093-3', 200, { ...panel, interpretation: 'H', referenceRange: { high: 190 } }),
    between,
    measured('2085-9', undefined, { ...panel, answer: { system: System.snomed, code: '260415000' } }),
    measured('2085-9', 40),
  ];
  const [written, condition, single] = write(...events);
  expect(written).toMatchObject({
    meta: { profile: [usCore('observation-lab')] },
    code: { coding: [panel.panel], text: 'Lipid panel' },
    component: [
      {
        valueQuantity: { value: 200 },
        interpretation: [{ coding: [{ code: 'H' }] }],
        referenceRange: [{ high: { value: 190 } }],
      },
      { valueCodeableConcept: { coding: [{ code: '260415000' }] } },
    ],
  });
  // An id is of the place in the record, as it was before there were panels.
  const ids = toResources(record(measured('4548-4'), between, between, measured('4548-4')), vocabulary).map(
    ({ id }) => id,
  );
  expect([written.id, condition.id, single.id]).toEqual([ids[3], ids[4], ids[6]]);
});

it('writes the value that a panel has itself, before or after its components', () => {
  const saturation = measured('59408-5', undefined, { quantity: { value: 98, unit: '%' } });
  const flow = measured('3151-8', undefined, {
    quantity: { value: 2, unit: 'L/min' },
    panel: loinc('59408-5'),
  });
  for (const events of [
    [saturation, flow],
    [flow, saturation],
  ]) {
    const [written, ...others] = write(...events);
    expect(others).toEqual([]);
    expect(told([written])).toEqual(['59408-5: 3151-8 2']);
    expect(written).toMatchObject({
      meta: { profile: [usCore('pulse-oximetry')] },
      valueQuantity: { value: 98 },
    });
  }
  // Of another time it is another Observation, and a blood pressure has no value of its own.
  expect(write(saturation, { ...flow, startTime: '08:00' })).toHaveLength(2);
  expect(write(measured(SYSTOLIC, 120), measured('85354-9', 93))).toHaveLength(2);
});
