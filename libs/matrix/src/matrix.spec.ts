import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@ehrsynth/random';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ageBandOf,
  applySelection,
  type Batch,
  batches,
  type CodeMatrix,
  type Column,
  Encoder,
  isHoldout,
  levelOf,
  loadMatrix,
  MatrixBuilder,
  openRows,
  type RowSource,
  rowsInMemory,
  saveMatrix,
  selectColumns,
} from './index.ts';

const vocabulary = new Vocabulary();
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'matrix-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const code = (name: string): Column => ({ kind: 'condition', system: 'urn:test', code: name, level: 'code' });
const icd = (name: string): Column => ({
  kind: 'condition',
  system: System.icd10cm,
  code: name,
  level: 'code',
});
const build = (rows: [Column, number][][], columns?: Column[]): CodeMatrix => {
  const builder = new MatrixBuilder(columns);
  rows.forEach((row, i) => builder.add(`p${i}`, row));
  return builder.build();
};
const dense = (matrix: CodeMatrix) =>
  Array.from({ length: matrix.rows }, (_, row) => {
    const line = new Array<number>(matrix.columns.length).fill(0);
    for (const [column, count] of matrix.entries(row)) line[column] = count;
    return line;
  });
const rowsArbitrary = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 9 })), { maxLength: 8 }),
  { minLength: 1, maxLength: 30 },
);

describe('CodeMatrix', () => {
  it('adds the counts of a column that comes twice, and keeps rows in order', () => {
    const matrix = build([
      [
        [code('b'), 1],
        [code('a'), 2],
        [code('b'), 3],
      ],
      [],
      [[code('a'), 1]],
    ]);
    expect(matrix.columns.map((column) => column.code)).toEqual(['b', 'a']);
    expect(dense(matrix)).toEqual([
      [4, 2],
      [0, 0],
      [0, 1],
    ]);
    expect([...matrix.carriers()]).toEqual([1, 2]);
    expect(dense(matrix.pick([2, 0]))).toEqual([
      [0, 1],
      [4, 2],
    ]);
  });

  it('comes back from disk as it was saved', async () => {
    await fc.assert(
      fc.asyncProperty(rowsArbitrary, async (rows) => {
        const matrix = build(rows.map((row) => row.map(([i, n]): [Column, number] => [code(`c${i}`), n])));
        await saveMatrix(folder, matrix);
        const loaded = await loadMatrix(folder);
        expect(dense(loaded)).toEqual(dense(matrix));
        expect(loaded.columns).toEqual(matrix.columns);
        expect(loaded.ids).toEqual(matrix.ids);
      }),
      { numRuns: 20 },
    );
  });

  const scipy = spawnSync('python3', ['-c', 'import scipy.sparse']).status === 0;
  it.runIf(scipy)('is opened by scipy.sparse.load_npz', async () => {
    await saveMatrix(folder, build([[[code('a'), 2]], [[code('b'), 7]]]));
    const script = 'import scipy.sparse, sys; print(scipy.sparse.load_npz(sys.argv[1]).toarray().tolist())';
    const out = execFileSync('python3', ['-c', script, join(folder, 'matrix.npz')], { encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([
      [2, 0],
      [0, 7],
    ]);
  });

  it('says so when the file is not a matrix', async () => {
    await saveMatrix(folder, build([[[code('a'), 2]]]));
    rmSync(join(folder, 'rows.parquet'));
    await expect(loadMatrix(folder)).rejects.toThrow(/No such file[\s\S]*rows\.parquet/);
  });
});

describe('columns', () => {
  const three = (column: Column) => Array.from({ length: 3 }, (): [Column, number][] => [[column, 1]]);

  it('leaves out what too few patients have, and says how much that was', () => {
    const matrix = build([...three(code('common')), [[code('rare'), 5]]]);
    const selection = selectColumns(matrix, { minPatients: 3, rare: 'drop' }, vocabulary);
    expect(selection.columns).toEqual([code('common')]);
    expect(selection.report).toMatchObject({ kept: 1, dropped: 1, droppedEvents: 5, rolledUp: 0 });
    expect(dense(applySelection(matrix, selection))).toEqual([[1], [1], [1], [0]]);
  });

  it('counts rare codes in their parent where that has enough patients', () => {
    const matrix = build([
      [[icd('E11.9'), 1]],
      [
        [icd('E11.65'), 2],
        [icd('E11.9'), 1],
      ],
      [[icd('E11.22'), 1]],
      [[icd('I10'), 1]],
    ]);
    const selection = selectColumns(matrix, { minPatients: 3, rare: 'parent' }, vocabulary);
    expect(selection.columns.map((column) => [column.code, column.level])).toEqual([['E11', 'category']]);
    expect(dense(applySelection(matrix, selection))).toEqual([[1], [3], [1], [0]]);
  });

  it('puts demographics first, in their groups', () => {
    const demographic = (system: string, value: string): Column => ({
      kind: 'demographic',
      system,
      code: value,
      level: 'code',
    });
    const row: [Column, number][] = [
      [code('a'), 1],
      [demographic('race', 'x'), 1],
      [demographic('age', '9-14'), 1],
      [demographic('sex', 'male'), 1],
    ];
    const matrix = build([
      row,
      [...row.slice(0, 2), [demographic('age', '65-74'), 1], [demographic('sex', 'female'), 1]],
    ]);
    const selected = applySelection(matrix, selectColumns(matrix, { minPatients: 1, rare: 'drop' }, vocabulary));
    expect(selected.columns.map((column) => column.code)).toEqual(['female', 'male', '9-14', '65-74', 'x', 'a']);
    expect(selected.groups).toEqual([
      { name: 'sex', start: 0, end: 2 },
      { name: 'age', start: 2, end: 4 },
      { name: 'race', start: 4, end: 5 },
    ]);
    expect(selected.firstCode).toBe(5);
  });

  const event = (system: string, value: string, kind: CodedEvent['kind'] = 'condition'): CodedEvent => ({
    kind,
    code: { system, code: value },
  });
  it.each([
    [event(System.icd10cm, 'E11.65'), {}, 'E11.65', 'code'],
    [event(System.icd10cm, 'E11.65'), { [System.icd10cm]: 'category' }, 'E11', 'category'],
    [event(System.icd10cm, 'I10'), { [System.icd10cm]: 'category' }, 'I10', 'code'],
    [event(System.ndc, '68180051301', 'drug'), { [System.ndc]: 'product' }, '681800513', 'product'],
    [event(System.ndc, '68180051301', 'drug'), { [System.ndc]: 'ingredient' }, 'lisinopril', 'ingredient'],
    [event(System.ndc, '99999999999', 'drug'), { [System.ndc]: 'ingredient' }, '999999999', 'product'],
    [event(System.snomed, '44054006'), { [System.icd10cm]: 'category' }, '44054006', 'code'],
  ] as const)('counts %j at %j as %s', (given, levels, expected, level) => {
    expect(levelOf(given, levels, vocabulary)).toMatchObject({ code: expected, level });
  });

  it('encodes later records into the same columns, a rare code in its parent', () => {
    const encoder = new Encoder(
      [{ ...icd('E11'), level: 'category' }],
      { levels: {}, minPatients: 3, rare: 'parent' },
      vocabulary,
    );
    expect(encoder.columnOf(event(System.icd10cm, 'E11.3211'))).toBe(0);
    expect(encoder.columnOf(event(System.icd10cm, 'I10'))).toBeUndefined();
  });
});

describe('rows', () => {
  const record = (more: Partial<PatientRecord>): PatientRecord => ({
    id: 'x',
    sex: 'female',
    birthDate: '1980-06-15',
    encounters: [],
    events: [],
    ...more,
  });

  it('take the age at the last date, or at death', () => {
    const encounters = [
      { class: 'AMB', start: '1990-01-01' },
      { class: 'AMB', start: '1994-06-14' },
    ];
    expect(ageBandOf(record({ encounters }))).toEqual([9, 14]);
    expect(ageBandOf(record({ encounters, deathDate: '2070-01-01' }))).toEqual([85, 120]);
    expect(ageBandOf(record({}))).toBeUndefined();
  });

  it('are split by patient and seed alone, in about the share that was asked for', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `patient-${i}`);
    const held = ids.filter((id) => isHoldout(id, 0.3, 1));
    expect(held.length / ids.length).toBeCloseTo(0.3, 1);
    expect(held).toEqual(ids.filter((id) => isHoldout(id, 0.3, 1)));
    expect(held).not.toEqual(ids.filter((id) => isHoldout(id, 0.3, 2)));
  });

  const listed = async (matrix: CodeMatrix, options: { batchSize: number; binary: boolean; from?: number }) => {
    const source = rowsInMemory(matrix);
    const found: Batch[] = [];
    const members = Int32Array.from({ length: matrix.rows }, (_, row) => row);
    for await (const batch of batches(source, members, new Rng(1), options)) found.push(batch);
    return found;
  };

  it('come in batches, each once an epoch, as sets or as counts', async () => {
    const matrix = build(Array.from({ length: 10 }, (_, i): [Column, number][] => [[code('a'), i + 1]]));
    const counts = (await listed(matrix, { batchSize: 5, binary: false })).flatMap(({ values }) => [...values!]);
    expect(counts.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const sets = await listed(matrix, { batchSize: 4, binary: true });
    expect(sets.map(({ rows }) => rows)).toEqual([4, 4]);
    expect(sets.every(({ values }) => values === undefined)).toBe(true);
  });

  it('go on from a step with the batches that a whole epoch has there', async () => {
    const matrix = build(Array.from({ length: 9 }, (_, i): [Column, number][] => [[code('a'), i + 1]]));
    const whole = await listed(matrix, { batchSize: 2, binary: false });
    const rest = await listed(matrix, { batchSize: 2, binary: false, from: 2 });
    expect(rest).toEqual(whole.slice(2));
    expect(await listed(matrix, { batchSize: 2, binary: false, from: 4 })).toEqual([]);
  });
});

describe('rows on disk', () => {
  it('are those in memory, in the same batches, and show who has which column', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 9 })), { maxLength: 6 }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 7 }),
        async (rows, batchSize) => {
          const matrix = build(rows.map((row) => row.map(([i, count]): [Column, number] => [code(`c${i}`), count])));
          await saveMatrix(folder, matrix);
          const members = Int32Array.from({ length: matrix.rows }, (_, row) => row);
          const collect = async (source: RowSource) => {
            const found = [];
            for await (const { indptr, indices, values } of batches(source, members, new Rng(5), {
              batchSize,
              binary: false,
            })) {
              found.push([[...indptr], [...indices], [...values!]]);
            }
            const carriers = [...(await source.carriers(members))];
            await source.close();
            return { found, carriers };
          };
          const expected = await collect(rowsInMemory(matrix));
          expect(await collect(await openRows(folder, { inMemoryBytes: 0 }))).toEqual(expected);
          expect(await collect(await openRows(folder))).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are read from a compressed file, too, as other tools write it', async () => {
    const matrix = build([[[code('a'), 2]], [[code('b'), 7]]]);
    await saveMatrix(folder, matrix);
    const path = join(folder, 'matrix.npz');
    writeFileSync(path, zipSync(unzipSync(readFileSync(path)), { level: 9 }));
    expect(dense(await loadMatrix(folder))).toEqual(dense(matrix));
    const source = await openRows(folder, { inMemoryBytes: 0 });
    expect([...(await source.take(Int32Array.of(1))).values]).toEqual([7]);
  });

  it('a file that was cut short is an error, not other rows', async () => {
    const matrix = build(Array.from({ length: 50 }, (): [Column, number][] => [[code('a'), 2]]));
    await saveMatrix(folder, matrix);
    const source = await openRows(folder, { inMemoryBytes: 0 });
    truncateSync(join(folder, 'matrix.npz'), 100);
    await expect(source.take(Int32Array.of(40))).rejects.toThrow(/too short/);
    await source.close();
  });
});
