import { AGE_BANDS, ageBandOf, type Column, columnKey, demographicColumns } from '@ehrsynth/matrix';
import { ageInYears, type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { plausibility, Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder } from './decoder.ts';
import { learnTimeline } from './learn-timeline.ts';
import type { Timeline } from './timeline.ts';

const vocabulary = new Vocabulary();
const demographic = (system: string, code: string): Column => ({
  kind: 'demographic',
  system,
  code,
  level: 'code',
});
const condition = (code: string): Column => ({
  kind: 'condition',
  system: System.icd10cm,
  code,
  level: 'code',
});
const drug = (code: string): Column => ({ kind: 'drug', system: System.ndc, code, level: 'package' });

const CONDITIONS = ['E11.9', 'I10', 'O80', 'N40.1', 'P07.39', 'Z00.129', 'J06.9'];
const columns: Column[] = [
  demographic('sex', 'female'),
  demographic('sex', 'male'),
  ...AGE_BANDS.map((band) => demographic('age', band.join('-'))),
  demographic('race', '2106-3'),
  ...CONDITIONS.map(condition),
  drug('68180051301'),
  drug('00093104801'),
];
const firstCode = columns.findIndex(({ kind }) => kind === 'condition');

/** Half of them diabetics, whose metformin begins with the diagnosis or up to 90 days later. */
async function* source(patients: number): AsyncGenerator<PatientRecord> {
  for (let i = 0; i < patients; i++) {
    const [year, later, diabetic] = [2010 + (i % 5), i % 3, i % 4 < 2];
    const encounters = [0, 1, 2].map((n) => ({
      class: n === 2 ? 'EMER' : 'AMB',
      start: `${year + n}-03-1${n}`,
      end: `${year + n}-03-1${n}`,
    }));
    const event = (column: Column, encounter: number): CodedEvent => ({
      kind: column.kind as CodedEvent['kind'],
      code: { system: column.system, code: column.code },
      start: encounters[encounter].start,
      encounter,
    });
    yield {
      id: `source-${i}`,
      sex: i % 2 ? 'male' : 'female',
      birthDate: `${1935 + (i % 40)}-02-01`,
      race: '2106-3',
      ethnicity: '2186-5',
      encounters,
      events: [
        ...(diabetic ? [{ ...event(condition('E11.9'), Math.min(later, 1)), active: true }] : []),
        ...(diabetic ? [event(drug('00093104801'), later)] : []),
        ...(i % 4 === 0 ? [event(condition('J06.9'), 2)] : []),
      ],
    };
  }
}

const columnOf = (event: CodedEvent) => {
  const key = columnKey({ kind: event.kind, ...event.code });
  const at = columns.findIndex((column) => columnKey(column) === key);
  return at === -1 ? undefined : at;
};
const learned = await learnTimeline(() => source(200), columns, columnOf, 10);
const bare: Timeline = {
  format: 'ehrsynth-timeline-1',
  minPatients: 10,
  asOf: '2024-12-31',
  encounters: [],
  emptyEncounters: 0,
  classes: {},
  stayDays: {},
  deaths: {},
  ethnicities: {},
  codes: columns.map(() => ({})),
};

describe('learnTimeline', () => {
  const of = (code: string) => learned.codes[columns.findIndex((column) => column.code === code)];

  it('learns ages, repeats, activity, company and order', () => {
    expect(of('E11.9').active).toBe(1);
    expect(of('E11.9').firstAge!.edges[0]).toBeLessThanOrEqual(36);
    expect(of('00093104801').after).toEqual([columns.findIndex((column) => column.code === 'E11.9')]);
    expect(of('00093104801').together![0].probability).toBeGreaterThan(0.3);
    expect(learned.classes.AMB).toBeCloseTo(0.67, 2);
    // Diabetics (half) fill 5/3 of their 3 encounters on average, the others none: 1 − (5/3)/2/3 = 0.72.
    expect(learned.emptyEncounters).toBeCloseTo(0.72, 2);
    expect(learned.asOf).toBe('2016-12-31');
  });

  it('keeps nothing that fewer patients have than it may', () => {
    expect(of('I10')).toEqual({});
    const counts = JSON.stringify(learned.codes).match(/"counts":\[[^\]]*\]/g)!;
    for (const text of counts) {
      for (const count of JSON.parse(text.slice('"counts":'.length)) as number[])
        expect(count === 0 || count >= 10).toBe(true);
    }
    expect(JSON.stringify(learned)).not.toMatch(/source-\d|19\d\d-\d\d-\d\d/);
  });

  it('gives nothing away of one patient among many who differs in everything', async () => {
    const odd = (await source(1).next()).value as PatientRecord;
    const visits = Array.from({ length: 733 }, (_, i) => ({
      class: i === 0 ? 'VIP-suite' : 'AMB',
      start: `2012-03-${i % 28 < 9 ? '0' : ''}${(i % 28) + 1}`,
      end: i === 1 ? '2040-01-01' : undefined,
    }));
    const strange: PatientRecord = {
      ...odd,
      id: 'odd',
      race: 'Martian',
      ethnicity: 'Martian too',
      deathDate: '2150-01-01',
      encounters: visits.sort((a, b) => (a.start < b.start ? -1 : 1)),
    };
    const withOdd = async function* () {
      yield* source(200);
      yield strange;
    };
    const timeline = (k: number) => learnTimeline(withOdd, columns, columnOf, k);
    const text = JSON.stringify(await timeline(10));
    expect(text).not.toMatch(/VIP|Martian/);
    const largest = (of: Timeline) =>
      Math.max(
        ...[of.gapDays, ...Object.values(of.stayDays), ...of.encounters.map(({ counts }) => counts)].flatMap(
          (one) => one!.edges,
        ),
      );
    expect(largest(await timeline(10))).toBeLessThan(500);
    expect((await timeline(10)).asOf).toBe('2016-12-31');
    expect((await timeline(10)).emptyEncounters).toBeCloseTo(0.72, 1);
    // With k of 1 it is all there.
    expect(JSON.stringify(await timeline(1))).toMatch(/VIP[\s\S]*Martian too/);
    expect(largest(await timeline(1))).toBeGreaterThan(10_000);
  });

  it('does not carry shifted dates on', async () => {
    const shifted = async function* () {
      for await (const record of source(50))
        yield {
          ...record,
          encounters: record.encounters.map((encounter) => ({
            ...encounter,
            start: encounter.start!.replace('20', '21'),
          })),
        };
    };
    expect((await learnTimeline(shifted, columns, () => undefined, 5)).asOf).toBe('2024-12-31');
  });
});

describe('Decoder', () => {
  const rowArbitrary = fc.record({
    sex: fc.integer({ min: 0, max: 1 }),
    band: fc.integer({ min: 0, max: AGE_BANDS.length - 1 }),
    codes: fc.uniqueArray(
      fc.tuple(fc.integer({ min: firstCode, max: columns.length - 1 }), fc.integer({ min: 1, max: 12 })),
      { selector: ([column]) => column, maxLength: 9 },
    ),
    seed: fc.integer({ min: 0, max: 1000 }),
  });
  type Row = typeof rowArbitrary extends fc.Arbitrary<infer R> ? R : never;
  const decode = ({ sex, band, codes, seed }: Row, timeline = learned) =>
    new Decoder(columns, timeline, vocabulary, { seed, counts: 'row' }).decode(seed, [
      [sex, 1],
      [2 + band, 1],
      ...codes,
    ]);

  it.each([
    ['a learned timeline', learned],
    ['an empty one', bare],
  ])('gives records in which everything agrees, with %s', (_, timeline) => {
    fc.assert(
      fc.property(rowArbitrary, (row) => {
        const { record, entries } = decode(row, timeline);
        const { sex, birthDate, encounters, events, deathDate } = record;
        for (let i = 1; i < encounters.length; i++) expect(encounters[i].start! >= encounters[i - 1].start!).toBe(true);
        for (const { start, end } of encounters) {
          expect(start! >= birthDate!).toBe(true);
          expect(end! >= start!).toBe(true);
          if (deathDate) expect(end! <= deathDate).toBe(true);
        }
        for (const { code, start, encounter } of events) {
          expect(start).toBe(encounters[encounter!].start);
          expect(plausibility(code.system, code.code, { sex, age: ageInYears(birthDate!, start!) })).toEqual([]);
          expect(vocabulary.find(code.system, code.code)).toBeDefined();
        }
        // A count of 3 is three occurrences.
        const ofCodes = entries.filter(([column]) => columns[column].kind !== 'demographic');
        for (const [column, count] of ofCodes)
          expect(events.filter(({ code }) => code.code === columns[column].code)).toHaveLength(count);
        expect(events).toHaveLength(ofCodes.reduce((sum, [, n]) => sum + n, 0));
        if (events.length > 0) expect(ageBandOf(record)).toEqual(AGE_BANDS[row.band]);
        const [sexColumn] = demographicColumns(record);
        expect(entries.map(([column]) => columnKey(columns[column]))).toContain(columnKey(sexColumn));
      }),
      { numRuns: 300 },
    );
  });

  it('puts a drug not before the condition that it follows, and keeps a chronic condition active', () => {
    const [diabetes, metformin] = ['E11.9', '00093104801'].map((code) =>
      columns.findIndex((column) => column.code === code),
    );
    for (let seed = 0; seed < 100; seed++) {
      const { events } = decode({
        sex: 0,
        band: 8,
        codes: [
          [diabetes, 2],
          [metformin, 3],
        ],
        seed,
      }).record;
      const first = (code: string) =>
        events
          .filter((event) => event.code.code === code)
          .map(({ start }) => start!)
          .sort()[0];
      expect(first('00093104801') >= first('E11.9')).toBe(true);
      expect(events.filter(({ kind }) => kind === 'condition').every(({ active }) => active)).toBe(true);
    }
  });

  it('repairs what cannot be, and counts it', () => {
    const at = (code: string) => columns.findIndex((column) => column.code === code);
    const decoder = new Decoder(columns, bare, vocabulary, { seed: 1, counts: 'row' });
    const man = decoder.decode(0, [
      [1, 1],
      [2 + 7, 1],
      [at('O80'), 1],
      [at('I10'), 1],
    ]);
    expect(man.record.events.map(({ code }) => code.code)).toEqual(['I10']);
    const grown = decoder.decode(1, [
      [0, 1],
      [2 + 9, 1],
      [at('P07.39'), 2],
    ]);
    expect(grown.record.events).toEqual([]);
    expect(decoder.repairs).toEqual({ rows: 2, rowsWithImpossible: 2, codesDropped: 2, sexChanged: 0 });
  });

  it('gives the same record for the same seed, and names it afresh for another', () => {
    const row: Row = { sex: 0, band: 5, codes: [[firstCode, 2]], seed: 3 };
    expect(decode(row)).toEqual(decode(row));
    expect(decode({ ...row, seed: 4 }).record.id).not.toBe(decode(row).record.id);
  });

  it('writes rolled-up columns as codes of the finest level', () => {
    const rolled: Column[] = [
      { ...condition('E11'), level: 'category' },
      { ...drug('681800513'), level: 'product' },
      { ...drug('lisinopril'), level: 'ingredient' },
    ];
    const timeline = { ...bare, codes: rolled.map(() => ({})) };
    const { events } = new Decoder(rolled, timeline, vocabulary, { seed: 1, counts: 'row' }).decode(0, [
      [0, 1],
      [1, 1],
      [2, 1],
    ]).record;
    const [condition0, ...drugs] = [...events].sort((x, y) => (x.kind < y.kind ? -1 : 1)).map(({ code }) => code);
    expect(vocabulary.find(System.icd10cm, condition0.code)).toMatchObject({ billable: true });
    expect(drugs.some(({ code }) => /^681800513\d\d$/.test(code))).toBe(true);
    for (const { code } of drugs) expect(vocabulary.ndc.find(code)!.ingredients).toEqual(['lisinopril']);
  });

  it('picks of a rolled-up column a code that is possible for the patient', () => {
    // Z00 holds examinations of adults (Z00.0), of newborns (Z00.11) and of children (Z00.12).
    const rolled: Column[] = [...columns.slice(0, firstCode), { ...condition('Z00'), level: 'category' }];
    const timeline = { ...bare, codes: rolled.map(() => ({})) };
    for (let band = 0; band < AGE_BANDS.length; band++) {
      const decoder = new Decoder(rolled, timeline, vocabulary, { seed: 1, counts: 'row' });
      const { record } = decoder.decode(0, [
        [0, 1],
        [2 + band, 1],
        [firstCode, 3],
      ]);
      expect(record.events).toHaveLength(3);
      for (const { code, start } of record.events) {
        const age = ageInYears(record.birthDate!, start!);
        expect(plausibility(code.system, code.code, { sex: record.sex, age })).toEqual([]);
      }
    }
  });
});
