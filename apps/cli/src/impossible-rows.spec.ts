import { Decoder, learnTimeline, limitsOf } from '@ehrsynth/decode';
import { knowledgeViolation } from '@ehrsynth/evaluation';
import {
  AGE_BANDS,
  type CodeMatrix,
  type Column,
  columnKey,
  demographicColumns,
  MatrixBuilder,
} from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';

const vocabulary = new Vocabulary();
const patients = [...simulatePatients({ patients: 1500, seed: 4 }, vocabulary)];
const columnOf = ({ kind, code: { system, code } }: CodedEvent): Column => ({ kind, system, code, level: 'code' });
const entriesOf = (record: PatientRecord) => [...demographicColumns(record), ...record.events.map(columnOf)];
const columns = columnsOf(patients);

/** Demographics first: every sex and age band, then the codes of all patients. */
function columnsOf(records: PatientRecord[]): Column[] {
  const found = new Map<string, Column>();
  const demographic = (system: string, code: string): Column => ({ kind: 'demographic', system, code, level: 'code' });
  const all = [
    ...['female', 'male'].map((sex) => demographic('sex', sex)),
    ...AGE_BANDS.map((band) => demographic('age', band.join('-'))),
    ...records.flatMap((record) => record.events.map(columnOf)),
  ];
  for (const column of all) found.set(columnKey(column), column);
  return [...found.values()];
}

function matrixOf(rows: Column[][]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  rows.forEach((own, row) =>
    builder.add(
      String(row),
      own.map((column): [Column, number] => [column, 1]),
    ),
  );
  return builder.build();
}

describe('evaluation and decoding follow the same rules', () => {
  it('simulated patients break none of them', () => {
    const { rows, rules, judged } = knowledgeViolation(matrixOf(patients.map(entriesOf)), limitsOf);
    expect(rows).toBe(0);
    expect(judged).toBe(patients.length);
    // Drugs are of the NDC, for which there are no rules.
    expect(rules.covered).toBeGreaterThan(20);
    expect(rules.covered).toBeLessThan(rules.codes);
  });

  it('what is decoded from random rows breaks none of them, though the rows did', async () => {
    const source = async function* () {
      yield* patients;
    };
    const indices = new Map(columns.map((column, i) => [columnKey(column), i]));
    const indexOf = (event: CodedEvent) => indices.get(columnKey(columnOf(event)));
    const timeline = await learnTimeline(source, columns, indexOf, 10);
    const rng = new Rng(1);
    const first = columns.findIndex(({ kind }) => kind !== 'demographic');
    const limited = [...columns.keys()].filter(
      (column) => column >= first && Object.keys(limitsOf(columns[column]) ?? {}).length > 0,
    );
    const sampled = Array.from({ length: 400 }, () => [
      rng.int(2),
      2 + rng.int(AGE_BANDS.length),
      ...new Set([rng.pick(limited), rng.pick(limited), first + rng.int(columns.length - first)]),
    ]);
    const decoder = new Decoder(columns, timeline, vocabulary, { seed: 1, counts: 'row' });
    const decoded = sampled.map((row, i) =>
      decoder.decode(
        i,
        row.map((column) => [column, 1]),
      ),
    );
    const broken = (rows: Column[][]) => knowledgeViolation(matrixOf(rows), limitsOf).rows!;
    expect(broken(sampled.map((row) => row.map((column) => columns[column])))).toBeGreaterThan(100);
    expect(broken(decoded.map(({ entries }) => entries.map(([column]) => columns[column])))).toBe(0);
  });

  it("a newborn's code is counted in a 45-year-old, not in a ten-year-old", () => {
    const newborns = { kind: 'condition', system: System.icd10cm, code: 'P07.39', level: 'code' } as const;
    const of = (band: string) => {
      const age: Column = { kind: 'demographic', system: 'age', code: band, level: 'code' };
      const builder = new MatrixBuilder([age, newborns]);
      builder.add('one', [
        [age, 1],
        [newborns, 1],
      ]);
      return knowledgeViolation(builder.build(), limitsOf);
    };
    expect(of('45-54')).toMatchObject({ rows: 1, byCode: [{ code: 'P07.39', rows: 1 }] });
    expect(of('9-14').rows).toBe(0);
  });
});
