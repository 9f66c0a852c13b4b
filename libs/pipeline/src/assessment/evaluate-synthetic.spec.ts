import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type CodeMatrix, loadMatrix, saveMatrix } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import type { RunRanges } from '@ehrsynth/report';
import { simulateLives } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { recordSource } from '../cohort/record-source.ts';
import { readRecords } from '../cohort/records-file.ts';
import type { Running } from '../run/events.ts';
import { ownFolder } from '../testing.ts';
import { evaluateSynthetic, type EvaluateSyntheticOptions } from './evaluate-synthetic.ts';

const at = ownFolder();
let training: CodeMatrix;
let records: PatientRecord[];
const lives = (patients: number, seed: number) => [...simulateLives({ patients, seed }, new Vocabulary())];

beforeAll(async () => {
  await ingest(recordSource('lives', lives(150, 1)), { out: at('cohort'), minPatients: 15, holdout: 0.5 });
  training = await loadMatrix(at('cohort', 'train'));
  records = [];
  for await (const record of readRecords(at('cohort', 'train', 'records.ndjson.gz'))) records.push(record);
});

const evaluated = async (path: string | string[], options: Partial<EvaluateSyntheticOptions> = {}) =>
  (await evaluateSynthetic(at('cohort'), path, { out: at('report'), force: true, histories: false, ...options }))
    .assessment;
const outcomes = ({ verdict }: Awaited<ReturnType<typeof evaluated>>) =>
  Object.fromEntries(verdict.gates.map(({ name, outcome }) => [name, outcome]));

/** Rows as a wide table. @param cells demographics of a row, before its codes */
function wide(names: string[], cells: (row: number) => string[], rows = training.rows): string {
  const { firstCode, columns } = training;
  const lines = Array.from({ length: rows }, (_, row) => {
    const counts = new Map(training.entries(row));
    const codes = columns.slice(firstCode).map((_one, i) => String(counts.get(firstCode + i) ?? 0));
    return [...cells(row), ...codes].join(',');
  });
  return [names.join(','), ...lines, ''].join('\n');
}

it('finds copies of the training patients in a wide table with other names, demographics and columns', async () => {
  const { columns, firstCode } = training;
  const byId = new Map(records.map((record) => [record.id, record]));
  const names = columns
    .slice(firstCode)
    .map(({ kind, code }, i) => (i % 2 ? `${kind}_${code.replace('.', '')}` : code));
  const text = wide(['', 'gender', 'LOCAL9', ...names], (row) => [
    String(row),
    byId.get(training.ids[row])!.sex[0],
    row < 4 ? '1' : '0',
  ]);
  writeFileSync(at('copies.csv'), text);
  const found = await evaluated(at('copies.csv'));
  expect(found.comparison.rows).toMatchObject({ synthetic: training.rows, training: training.rows });
  expect(outcomes(found)['exact-copies']).toBe('failed');
  expect(found.comparison.prevalence.synthetic.r).toBeGreaterThan(0.9);
  expect(found.notes).toEqual([
    'The synthetic file has no age or race: left out of the comparison on both sides.',
    'Not compared: 1 code of the synthetic file without a column in the cohort, in 4 rows: LOCAL9 (4).',
    'The synthetic file has no times: records over time are not measured.',
  ]);
  expect(readFileSync(at('report', 'report.html'), 'utf8')).toContain('LOCAL9');
  expect(readdirSync(at()).filter((name) => /work|partial/.test(name))).toEqual([]);
}, 60_000);

it('names the demographic values that a table has no column or row for', async () => {
  const names = training.columns.slice(training.firstCode).map(({ code }) => code);
  writeFileSync(
    at('women.csv'),
    wide(['id', 'sex', ...names], (row) => [String(row), 'female']),
  );
  const { notes } = await evaluated(at('women.csv'));
  const lacks =
    'Never generated, because the synthetic file has no column and no row of it: 1 demographic value of the cohort';
  expect(notes).toContain(`${lacks}: sex male.`);
});

it('says which codes a matrix lacks, and counts them as never generated or leaves them out', async () => {
  const { columns, firstCode } = training;
  const kept = columns.slice(firstCode, -5).map(({ code }) => code);
  const lines = wide(['id', ...columns.slice(firstCode).map(({ code }) => code)], (row) => [String(row)]).split('\n');
  const cut = lines.map((line) =>
    line
      .split(',')
      .slice(0, 1 + kept.length)
      .join(','),
  );
  writeFileSync(at('few.csv'), cut.join('\n'));
  const lacks = columns.length - firstCode - kept.length;
  const never = ({ comparison }: Awaited<ReturnType<typeof evaluated>>) =>
    comparison.coverage.codes.find(({ minPatients }) => minPatients === 20)!;
  const counted = await evaluated(at('few.csv'));
  expect(counted.notes).toContainEqual(expect.stringMatching(`^${lacks} of the cohort's .* count as never generated`));
  const left = await evaluated(at('few.csv'), { missing: 'leave-out' });
  expect(left.notes).toContainEqual(expect.stringMatching(`^${lacks} of the cohort's .* left out of the comparison`));
  expect(never(counted).neverGenerated! - never(left).neverGenerated!).toBe(never(counted).codes - never(left).codes);
}, 60_000);

it('reads a matrix without names in the order of the cohort, and refuses one of another width', async () => {
  mkdirSync(at('matrix'));
  await saveMatrix(at('matrix'), training);
  const own = await evaluated(at('matrix'));
  expect(own.notes).toEqual(['The synthetic file has no times: records over time are not measured.']);
  expect(outcomes(own)['exact-copies']).toBe('failed');
  writeFileSync(at('narrow.csv'), '1,0,0\n0,1,1\n');
  await expect(evaluated(at('narrow.csv'))).rejects.toThrow(/3 columns without names, and the cohort has \d+/);
  writeFileSync(at('other.csv'), 'id,foo,bar\na,0,1\n');
  await expect(evaluated(at('other.csv'))).rejects.toThrow(/No column of the file is a column of the cohort/);
}, 60_000);

it('measures a table of events as the records that it is of, histories and all', async () => {
  const known = new Set(training.columns.slice(training.firstCode).map(({ code }) => code));
  const lines = records
    .slice(0, 50)
    .flatMap(({ id, sex, birthDate, events }) =>
      events
        .filter(({ code }) => known.has(code.code))
        .map(({ code, start }) => [id, start, code.code.replace('.', ''), sex, birthDate].join(',')),
    );
  writeFileSync(
    at('long.csv'),
    ['patient,date,icd,sex,dob', ...lines, 'p,2020-01-01,NOVEL1,male,1970-01-01', ''].join('\n'),
  );
  const found = await evaluated(at('long.csv'), { columns: { code: 'icd' }, histories: true });
  expect(found.comparison.prevalence.synthetic.r).toBeGreaterThan(0.9);
  expect(outcomes(found)).toMatchObject({
    'exact-copies': 'failed',
    'sequence-copies': expect.not.stringMatching('passed'),
  });
  expect(found.notes).toContain('The synthetic file has no race: left out of the comparison on both sides.');
  expect(found.notes).toContainEqual(expect.stringMatching(/in 1 event: NOVEL1 \(1\)\.$/));
}, 120_000);

it('measures records of other formats, and names the line of what it cannot read', async () => {
  const own = records.slice(0, 60).map((record) => JSON.stringify(record));
  writeFileSync(at('some.ndjson'), `${own.join('\n')}\n`);
  const found = await evaluated(at('some.ndjson'));
  expect(found.comparison.rows.synthetic).toBe(60);
  expect(found.source).toBeUndefined();
  writeFileSync(at('half.csv'), `id,${training.columns[training.firstCode].code}\na,0.5\n`);
  await expect(evaluated(at('half.csv'))).rejects.toThrow(/half\.csv, line 2, column/);
  expect(readdirSync(at()).filter((name) => /work|partial/.test(name))).toEqual([]);
}, 60_000);

it('of several runs gives each figure its range, and fails a gate that one of them fails', async () => {
  const names = training.columns.slice(training.firstCode).map(({ code }) => code);
  writeFileSync(
    at('copies-1.csv'),
    wide(['id', ...names], (row) => [String(row)]),
  );
  await ingest(recordSource('others', lives(75, 9)), { out: at('others'), minPatients: 1, holdout: 0 });
  const drawn = [at('others', 'train', 'records.ndjson.gz'), at('copies-1.csv')];
  const found = await evaluated(drawn);
  expect(outcomes(found)['exact-copies']).toBe('failed');
  expect(found.comparison.rows.synthetic).toBe(75);
  const { runs } = JSON.parse(readFileSync(at('report', 'report.json'), 'utf8')) as { runs: RunRanges };
  const values = found.runs!.map(({ comparison }) => comparison.prevalence.synthetic.r!);
  expect(runs.figures.fidelity.find(({ name }) => name === 'prevalence: Pearson r')).toEqual({
    name: 'prevalence: Pearson r',
    values,
    median: (values[0] + values[1]) / 2,
    least: Math.min(...values),
    most: Math.max(...values),
  });
  expect(runs.gates.find(({ name }) => name === 'exact-copies')!.outcomes).toEqual(['too few to tell', 'failed']);
  expect(readFileSync(at('report', 'report.html'), 'utf8')).toContain('median of 2 runs (range)');
  await expect(evaluated([drawn[0], drawn[0]])).rejects.toThrow(/Two of the runs are the same patients/);
}, 120_000);

it('of several runs finds a missing one, and the same patients under other ids, before it measures', async () => {
  const names = training.columns.slice(training.firstCode).map(({ code }) => code);
  const text = wide(['id', ...names], (row) => [String(row)], 40);
  const [head, ...lines] = text.trim().split('\n');
  const renamed = lines.reverse().map((line) => `other-${line}`);
  writeFileSync(at('once.csv'), text);
  writeFileSync(at('again.csv'), [head, ...renamed, ''].join('\n'));
  const told: string[] = [];
  const running: Running = { onEvent: (event) => void told.push(JSON.stringify(event)) };
  const options = { out: at('report'), force: true, histories: false };
  await expect(evaluateSynthetic(at('cohort'), [at('once.csv'), at('none.csv')], options, running)).rejects.toThrow(
    /No such file or folder/,
  );
  expect(told).toEqual([]);
  await expect(evaluated([at('once.csv'), at('again.csv')])).rejects.toThrow(/Two of the runs are the same patients/);
}, 60_000);
