import { Dictionary, type Histories, HistoriesBuilder } from '@ehrsynth/histories';
import type { Rng } from '@ehrsynth/random';
import type { CodedEvent, Code, PatientRecord } from '@ehrsynth/records';

const LOINC = 'http://loinc.org';

export const LABS = {
  sbp: { code: { system: LOINC, code: '8480-6', display: 'Systolic blood pressure' }, unit: 'mm[Hg]' },
  a1c: { code: { system: LOINC, code: '4548-4', display: 'Haemoglobin A1c' }, unit: '%' },
  glucose: { code: { system: LOINC, code: '2345-7', display: 'Glucose' }, unit: 'mg/dL' },
  troponin: { code: { system: LOINC, code: '6598-7', display: 'Troponin T' }, unit: 'ng/L' },
} as const;

const SMOKING: Code = { system: LOINC, code: '72166-2' };
const ANSWERS: Code[] = ['never', 'former', 'current'].map((code) => ({ system: 'urn:answers', code }));
const DIABETES: Code = { system: 'urn:test', code: 'diabetes' };
const HYPERTENSION: Code = { system: 'urn:test', code: 'hypertension' };
const ASTHMA: Code = { system: 'urn:test', code: 'asthma' };
const AMLODIPINE: Code = { system: 'urn:drugs', code: 'amlodipine' };
const METFORMIN: Code = { system: 'urn:drugs', code: 'metformin' };

export function measurement(lab: keyof typeof LABS, value: number, more: Partial<CodedEvent> = {}): CodedEvent {
  return { kind: 'measurement', code: LABS[lab].code, quantity: { value, unit: LABS[lab].unit }, ...more };
}

export function historiesOf(records: Iterable<PatientRecord>, dictionary: Dictionary): Histories {
  const builder = new HistoriesBuilder(dictionary);
  for (const record of records) builder.add(record);
  return builder.build();
}

/** Patients with a level of their own in each lab; diabetes and hypertension move theirs, and drugs move them back. */
export function patients(count: number, rng: Rng): PatientRecord[] {
  return Array.from({ length: count }, (_, i) => patient(String(i), rng));
}

function patient(id: string, rng: Rng): PatientRecord {
  const visits = 3 + rng.int(6);
  const own = { sbp: rng.normal(), a1c: rng.normal() };
  const onset = {
    diabetes: rng.chance(0.4) ? rng.int(4) : 99,
    hypertension: rng.chance(0.4) ? rng.int(4) : 99,
  };
  const hasAsthma = rng.chance(0.3);
  const smoking = rng.pick(ANSWERS);
  const record: PatientRecord = { id, sex: rng.chance(0.5) ? 'female' : 'male', encounters: [], events: [] };
  let day = rng.int(2000);
  for (let visit = 0; visit < visits; visit++) {
    day += 20 + rng.int(150);
    const start = new Date(day * 86_400_000).toISOString().slice(0, 10);
    const isEmergency = rng.chance(0.3);
    record.encounters.push({ class: isEmergency ? 'EMER' : 'AMB', start, end: start });
    const add = (event: CodedEvent) => record.events.push({ ...event, start, encounter: visit });
    const state = (disease: 'diabetes' | 'hypertension') => visit - onset[disease];
    if (state('diabetes') === 0) add({ kind: 'condition', code: DIABETES });
    if (state('hypertension') === 0) add({ kind: 'condition', code: HYPERTENSION });
    if (hasAsthma && visit === 0) add({ kind: 'condition', code: ASTHMA });
    if (state('diabetes') === 2) add({ kind: 'drug', code: METFORMIN });
    if (state('hypertension') === 2) add({ kind: 'drug', code: AMLODIPINE });
    const effect = (disease: 'diabetes' | 'hypertension') => (state(disease) < 0 ? 0 : state(disease) <= 2 ? 1 : 0.3);
    add(measurement('sbp', Math.round(122 + 9 * own.sbp + 6 * rng.normal() + 18 * effect('hypertension'))));
    const a1c = 5.6 + 0.4 * own.a1c + 0.15 * rng.normal() + 1.8 * effect('diabetes');
    if (!isEmergency && rng.chance(state('diabetes') >= 0 ? 0.9 : 0.5)) {
      add(measurement('a1c', Math.round(10 * a1c) / 10));
      add(measurement('glucose', Math.round(28.7 * a1c - 46.7 + 12 * rng.normal())));
    }
    if (isEmergency) {
      const troponin = Math.round(Math.exp(2 + rng.normal()));
      const isBound = troponin < 5;
      const quantity = {
        value: isBound ? 5 : troponin,
        unit: 'ng/L',
        ...(isBound && { comparator: '<' as const }),
      };
      add({ kind: 'measurement', code: LABS.troponin.code, quantity });
    }
    if (rng.chance(0.5)) add({ kind: 'measurement', code: SMOKING, answer: smoking });
  }
  return record;
}

/** The same records with other numbers in place of their values. */
export function withValues(
  records: readonly PatientRecord[],
  valueOf: (value: number, lab: string) => number,
): PatientRecord[] {
  return records.map((record) => ({
    ...record,
    events: record.events.map((event) =>
      event.quantity?.value === undefined
        ? event
        : {
            ...event,
            quantity: { ...event.quantity, value: valueOf(event.quantity.value, event.code.code) },
          },
    ),
  }));
}

/** Values of each code, with their comparators, dealt out anew among all that have one. */
export function shuffledValues(records: readonly PatientRecord[], rng: Rng): PatientRecord[] {
  const byCode = new Map<string, CodedEvent['quantity'][]>();
  const measured = records.flatMap(({ events }) => events.filter(({ quantity }) => quantity));
  for (const { code, quantity } of measured) {
    byCode.set(code.code, byCode.get(code.code) ?? []);
    byCode.get(code.code)!.push(quantity);
  }
  for (const quantities of byCode.values()) rng.shuffle(quantities);
  return records.map((record) => ({
    ...record,
    events: record.events.map((event) =>
      event.quantity ? { ...event, quantity: byCode.get(event.code.code)!.pop() } : event,
    ),
  }));
}
