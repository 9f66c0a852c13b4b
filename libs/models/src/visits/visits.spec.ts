import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import type { Column } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { addDays, type CodedEvent, type PatientRecord } from '@ehrsynth/records';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Future } from '../patient-model.ts';
import { VisitsOptions } from './options.ts';
import { Visits } from './visits.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const LOINC = 'http://loinc.org';
const columns: Column[] = [
  { kind: 'condition', system: ICD, code: 'E11.9', level: 'code' },
  { kind: 'condition', system: ICD, code: 'Z34.90', level: 'code' },
  { kind: 'measurement', system: LOINC, code: '4548-4', display: 'Hemoglobin A1c', level: 'code' },
];

function columnOf({ code }: CodedEvent): number | undefined {
  const place = columns.findIndex((column) => column.code === code.code);
  return place < 0 ? undefined : place;
}

/**
 * People whose visits are 7 days apart, or 28 days from the first with diabetes on, which half of them have; with it HbA1c is 8 to 9, without
 * it 5 to 6. Some women are pregnant.
 */
function peopleOf(count: number, seed: number): PatientRecord[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, (_, i) => {
    const sex = rng.chance(0.5) ? 'female' : 'male';
    const visits = 3 + rng.int(4);
    const onset = rng.chance(0.5) ? rng.int(2) : Infinity;
    let day = addDays('2018-01-01', rng.int(300));
    const record: PatientRecord = {
      id: `p${i}`,
      sex,
      birthDate: addDays('1980-01-01', rng.int(3000)),
      encounters: [],
      events: [],
    };
    for (let encounter = 0; encounter < visits; encounter++) {
      record.encounters.push({ class: 'AMB', start: day, end: day });
      const add = (kind: CodedEvent['kind'], system: string, code: string, value?: number) =>
        record.events.push({
          kind,
          code: { system, code },
          start: day,
          encounter,
          ...(value !== undefined && { quantity: { value, unit: '%' } }),
        });
      const isSick = encounter >= onset;
      if (isSick) add('condition', ICD, 'E11.9');
      if (sex === 'female' && rng.chance(0.3)) add('condition', ICD, 'Z34.90');
      add('measurement', LOINC, '4548-4', Math.round(10 * ((isSick ? 8 : 5) + rng.next())) / 10);
      day = addDays(day, isSick ? 28 : 7);
    }
    return record;
  });
}

const people = peopleOf(300, 1);
const source = {
  patients: people.length,
  columns,
  columnOf,
  async *records() {
    yield* people;
  },
};
const settings = VisitsOptions.parse({ hidden: 32, epochs: 12, batchTokens: 1000, learningRate: 0.01 });

async function drawn(model: Visits, count: number, range?: [number, number], seed = 4): Promise<PatientRecord[]> {
  const records: PatientRecord[] = [];
  for await (const { record } of model.sample(count, { seed, range })) records.push(record);
  return records;
}

describe('a model of lives', () => {
  let model: Visits;

  beforeAll(async () => {
    await startEngine('wasm');
    model = new Visits(columns, settings);
    expect(await model.fit(source)).toBe(true);
  });

  it('has learned rhythm, order and values', async () => {
    const records = await drawn(model, 300);
    const gaps = { before: [] as number[], after: [] as number[] };
    const values = { without: [] as number[], with: [] as number[] };
    for (const { encounters, events } of records) {
      const sick = new Set(events.flatMap(({ code, encounter }) => (code.code === 'E11.9' ? [encounter!] : [])));
      encounters.slice(1).forEach(({ start }, i) => {
        const days = (Date.parse(start!) - Date.parse(encounters[i].start!)) / 86_400_000;
        gaps[sick.has(i) ? 'after' : 'before'].push(days);
      });
      for (const { quantity, encounter } of events)
        if (quantity) values[sick.has(encounter!) ? 'with' : 'without'].push(quantity.value!);
    }
    const share = (list: number[], of: (value: number) => boolean) => list.filter(of).length / list.length;
    expect(share(gaps.before, (days) => days === 7)).toBeGreaterThan(0.9);
    expect(share(gaps.after, (days) => days === 28)).toBeGreaterThan(0.9);
    expect(share(values.with, (value) => value >= 8 && value <= 9)).toBeGreaterThan(0.8);
    expect(share(values.without, (value) => value >= 5 && value <= 6)).toBeGreaterThan(0.8);
    const ill = records.filter(({ events }) => events.some(({ code }) => code.code === 'E11.9')).length;
    expect(Math.abs(ill / records.length - 0.5)).toBeLessThan(0.12);
    const visits = records.reduce((sum, { encounters }) => sum + encounters.length, 0) / records.length;
    expect(Math.abs(visits - 4.5)).toBeLessThan(0.5);
  });

  it('draws nothing that is impossible', async () => {
    for (const { sex, events, encounters, birthDate } of await drawn(model, 500)) {
      if (sex === 'male') expect(events.some(({ code }) => code.code === 'Z34.90')).toBe(false);
      expect(birthDate! < (encounters[0]?.start ?? '2999')).toBe(true);
      expect(encounters.every(({ start }, i) => i === 0 || encounters[i - 1].start! <= start!)).toBe(true);
    }
  });

  it('draws the same patients by the same seed, whatever the range', async () => {
    const all = await drawn(model, 40);
    expect(await drawn(model, 60, [0, 40])).toEqual(all);
    expect(await drawn(model, 40, [17, 31])).toEqual(all.slice(17, 31));
    expect(await drawn(model, 40, undefined, 5)).not.toEqual(all);
  });

  it('knows people like those it learned from, and is surprised by others', async () => {
    const likelihood = (records: PatientRecord[]) =>
      model.logLikelihood(
        (async function* () {
          yield* records;
        })(),
        columnOf,
      );
    const real = peopleOf(100, 9);
    const odd = real.map((record) => ({
      ...record,
      encounters: record.encounters.map((encounter, i) => ({
        ...encounter,
        start: addDays(encounter.start!, 3 * i),
        end: addDays(encounter.start!, 3 * i),
      })),
      events: record.events.map((event) => ({ ...event, start: addDays(event.start!, 3 * event.encounter!) })),
    }));
    const [{ nats: known, tokens }, { nats: strange }] = [await likelihood(real), await likelihood(odd)];
    expect(known.length).toBe(100);
    expect(known.every((one, i) => one > strange[i])).toBe(true);
    // Who it is, and of each visit at least when it is, its class, its stay and its end.
    expect(tokens.every((count, i) => count > 4 * real[i].encounters.length)).toBe(true);
  });

  it('is the same after it was saved and loaded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'visits-'));
    await model.save(folder);
    const loaded = await Visits.load(folder);
    expect(await drawn(loaded, 20)).toEqual(await drawn(model, 20));
    loaded.dispose();
  });

  it('refuses records of which none has a date', async () => {
    const undated = {
      ...source,
      async *records() {
        for (const { id, sex, events } of people)
          yield { id, sex, encounters: [], events: events.map(({ kind, code }) => ({ kind, code })) } as PatientRecord;
      },
    };
    await expect(new Visits(columns, settings).fit(undated)).rejects.toThrow(/has no dates to learn from/);
  });

  it('goes on from a checkpoint to the same end', async () => {
    const short = { ...settings, epochs: 3 };
    const whole = new Visits(columns, short);
    await whole.fit(source);
    const folder = join(mkdtempSync(join(tmpdir(), 'visits-')), 'checkpoint');
    const stop = new AbortController();
    const stopped = new Visits(columns, short);
    const onEvent = ({ epoch }: { epoch: number }) => epoch === 2 && stop.abort();
    expect(await stopped.fit(source, { checkpointFolder: folder, signal: stop.signal, onEvent })).toBe(false);
    const resumed = new Visits(columns, short);
    expect(await resumed.fit(source, { checkpointFolder: folder, resume: true })).toBe(true);
    expect(await drawn(resumed, 20)).toEqual(await drawn(whole, 20));
    for (const one of [whole, stopped, resumed]) one.dispose();
  });

  it('goes on with histories from a day on', async () => {
    const [person, other] = peopleOf(2, 30);
    const asOf = person.encounters[1].start!;
    const futuresOf = async (records: PatientRecord[], futures: number, day = asOf) => {
      const given = (async function* () {
        yield* records;
      })();
      const found: Future[] = [];
      for await (const one of model.continue(given, { asOf: day, futures, seed: 3, columnOf })) found.push(one);
      return found;
    };
    const futures = await futuresOf([person], 30);
    expect(futures.slice(0, 2).map(({ record }) => record.id)).toEqual(['p0-1', 'p0-2']);
    for (const { history, record } of futures) {
      expect(history).toBe(person);
      expect(record.encounters.slice(0, 2)).toEqual(person.encounters.slice(0, 2));
      expect(record.events.filter(({ start }) => start! <= asOf)).toEqual(
        person.events.filter(({ start }) => start! <= asOf),
      );
      expect(record.encounters.slice(2).every(({ start }) => start! > asOf)).toBe(true);
      expect(record.birthDate).toBe(person.birthDate);
    }
    const lengths = new Set(futures.map(({ record }) => record.encounters.length));
    expect(lengths.size).toBeGreaterThan(1);
    expect(await futuresOf([person], 30, '2017-01-01')).toEqual([]);
    // Blocks of lives end within the futures of somebody; they are the same whoever else is there, and however many are asked for.
    const crowd = peopleOf(130, 31).map((one, i) => ({ ...one, id: `crowd-${i}` }));
    const together = await futuresOf([...crowd, person, other], 3);
    expect(together.filter(({ history }) => history === person)).toEqual(futures.slice(0, 3));
    expect(together.length).toBeGreaterThan(300);
  });
});
