import { existsSync, readFileSync } from 'node:fs';
import { loadCdm, startPostgres, writeCdm } from '@ehrsynth/omop/testing';
import { EventKind } from '@ehrsynth/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownFolder, simulated } from '../../testing.ts';
import { train } from '../../training/train.ts';
import { NoRecordsError, NoRowsOnlyError } from '../errors.ts';
import { ingest } from '../ingest.ts';
import type { IngestOptions } from '../making.ts';
import { omopSource, type OmopSourceOptions } from '../omop-source.ts';
import { oddPatients } from './testing.ts';

const at = ownFolder();
const FILES = ['rows.parquet', 'matrix.npz', 'columns.json'];
const PATIENTS = 90;
/** What is noted of visits' classes and of what records would hold. */
const OF_RECORDS = /^visit concept|not kept in the cohort/;
const KINDS = EventKind.options;
/** How a cohort is made: its source's options and its own. */
const WAYS: [string, OmopSourceOptions, Omit<IngestOptions, 'out'>][] = [
  ['as it is usually', { kinds: KINDS }, { minPatients: 5 }],
  ['at categories, rare codes in their parents', {}, { minPatients: 8, rare: 'parent', level: ['icd-10-cm=category'] }],
  [
    'with unknown codes, none held out',
    { keepUnknownCodes: true, formerCodes: 'parent' },
    { minPatients: 1, holdout: 0 },
  ],
];

const server = await startPostgres();
afterAll(() => server?.stop());
beforeAll(async () => {
  writeCdm(at('files'), oddPatients(PATIENTS));
  if (server) await loadCdm(server.url, 'odd', withoutTexts(PATIENTS));
});

/** What a database's columns of numbers take. */
function withoutTexts(patients: number) {
  const { measurement, ...others } = oddPatients(patients);
  const linked = measurement.map(({ measurement_event_id: id, ...row }) => ({
    ...row,
    measurement_event_id: id || '',
  }));
  return { ...others, measurement: linked };
}

async function both(name: string, source: string, reading: OmopSourceOptions, options: Omit<IngestOptions, 'out'>) {
  const made = await Promise.all(
    [false, true].map((rowsOnly) =>
      ingest(omopSource(source, reading), { ...options, out: at(`${name}-${rowsOnly}`), rowsOnly }),
    ),
  );
  const facts = made.map(({ counts, selection, tally }) => ({
    counts,
    selection,
    rows: tally.rows,
    used: tally.used,
    skipped: tally.skipped,
    systems: tally.systems,
    notes: new Map([...tally.notes].filter(([what]) => !OF_RECORDS.test(what)).sort()),
  }));
  return { facts, files: [false, true].map((rowsOnly) => filesOf(`${name}-${rowsOnly}`)) };
}

function filesOf(cohort: string) {
  const paths = ['train', 'holdout'].flatMap((part) => FILES.map((file) => [part, file]));
  return [['encoding.json'], ...paths].map((path) => [
    path.join('/'),
    readFileSync(at(cohort, ...path)).toString('hex'),
  ]);
}

describe('rows alone', () => {
  it.each(WAYS)(
    'are those of a cohort with records, byte for byte, and as much is counted: %s',
    async (way, reading, options) => {
      const { facts, files } = await both(way, at('files'), reading, options);
      expect(files[1]).toEqual(files[0]);
      expect(facts[1]).toEqual(facts[0]);
      expect(facts[0].selection.kept).toBeGreaterThan(12);
      expect(existsSync(at(`${way}-true`, 'train', 'records.ndjson.gz'))).toBe(false);
    },
  );

  it('are the same from PostgreSQL', async ({ skip }) => {
    if (!server) skip();
    const { facts, files } = await both('server', server!.url, { kinds: KINDS, schema: 'odd' }, { minPatients: 5 });
    expect(files[1]).toEqual(files[0]);
    expect(facts[1]).toEqual(facts[0]);
  });

  it('have columns by noisy counts where that is asked for: those that most patients have', async () => {
    const out = at('private');
    const budget = { dpEpsilon: 8, dpDelta: 1e-3 };
    const source = omopSource(at('files'), { kinds: KINDS });
    const { selection } = await ingest(source, { out, minPatients: 5, rowsOnly: true, ...budget });
    const { columns } = JSON.parse(readFileSync(at('private', 'train', 'columns.json'), 'utf8')) as {
      columns: { code: string }[];
    };
    expect(columns.map(({ code }) => code)).toContain('4548-4');
    expect(selection.minPatients).toBeGreaterThan(5);
  });

  it('are refused where there is no database, and nothing is trained on them here', async () => {
    await expect(ingest(simulated(3), { out: at('none'), rowsOnly: true })).rejects.toThrow(NoRowsOnlyError);
    const idle = ingest(omopSource(at('files')), { out: at('none'), rowsOnly: true, executor: 'ehrsynth' });
    await expect(idle).rejects.toThrow(
      /only apply when executors write the records: with --stay, and without --rows-only/,
    );
    await ingest(omopSource(at('files')), { out: at('untrained'), minPatients: 5, rowsOnly: true });
    await expect(train(at('untrained'), { out: at('model'), model: 'medgan' })).rejects.toThrow(NoRecordsError);
  });
});
