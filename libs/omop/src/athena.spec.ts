import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CodedEvent, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '@ehrsynth/duckdb';
import { importAthena, type OmopReadOptions, readOmop, writeOmop } from './index.ts';
import { ATHENA_VERSION, writeAthena } from './testing/athena.ts';
import { plain, recordArbitrary } from './testing/records.ts';

const vocabulary = new Vocabulary();
let work: string;
let athena: string;
let count = 0;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'athena-'));
  athena = join(work, 'athena.duckdb');
  await importAthena(writeAthena(join(work, 'download')), athena);
});
afterAll(() => rmSync(work, { recursive: true }));
const folder = () => {
  const path = join(work, String(++count));
  mkdirSync(path);
  return path;
};

async function write(records: PatientRecord[], into: string, athenaFile: string | undefined = athena) {
  const stream = (async function* () {
    yield* records;
  })();
  return writeOmop(stream, into, { format: 'parquet', today: '2026-01-01', athena: athenaFile });
}

async function read(path: string, options: Partial<OmopReadOptions> = {}, tally = new Tally()) {
  const records: PatientRecord[] = [];
  const kinds: CodedEvent['kind'][] = ['condition', 'drug', 'procedure', 'measurement'];
  for await (const record of readOmop(path, { vocabulary, kinds, ...options }, tally)) records.push(record);
  return records;
}

async function rows(path: string, table: string, columns: string): Promise<unknown[]> {
  const database = await openDatabase();
  const found = await database.all(`SELECT ${columns} FROM read_parquet('${join(path, table)}.parquet') ORDER BY ALL`);
  await database.close();
  return found.map((row) =>
    Object.values(row as object).map((value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value)),
  );
}

const icd = (code: string, start: string, end?: string): CodedEvent => ({
  kind: 'condition',
  code: { system: System.icd10cm, code },
  start,
  end,
});
const ndc = (code: string, start: string, end?: string): CodedEvent => ({
  kind: 'drug',
  code: { system: System.ndc, code },
  start,
  end,
});
const patient = (events: CodedEvent[], id = 'a'): PatientRecord => ({
  id,
  sex: 'male',
  birthDate: '1960-01-01',
  encounters: [],
  events,
});

describe("importing Athena's files", () => {
  it('keeps concepts, mappings that are valid, and the ingredients of drugs', async () => {
    const counts = await importAthena(join(work, 'download'), join(folder(), 'athena.duckdb'));
    expect(counts).toEqual({
      version: ATHENA_VERSION,
      concepts: 19,
      mappings: 13,
      loose: 0,
      ingredients: 2,
    });
  });

  it('refuses another version, files of several downloads and a folder that lacks one; what was imported stays', async () => {
    const into = join(folder(), 'athena.duckdb');
    await importAthena(join(work, 'download'), into);
    const old = writeAthena(folder(), 'v4.5 15-MAY-14');
    await expect(importAthena(old, into)).rejects.toThrow(
      /Unsupported vocabulary version: v4\.5 15-MAY-14[\s\S]*VOCABULARY\.csv/,
    );
    const mixed = writeAthena(folder());
    writeFileSync(join(mixed, 'CONCEPT.csv'), 'concept_id\tconcept_code\tvocabulary_id\n320128\t59621000\tSNOMED\n');
    await expect(importAthena(mixed, into)).rejects.toThrow(/13 of 13 mappings name missing concepts/);
    rmSync(join(mixed, 'CONCEPT_ANCESTOR.csv'));
    await expect(importAthena(mixed, into)).rejects.toThrow('There is no table concept_ancestor');
    expect(existsSync(into)).toBe(true);
    expect(readdirSync(join(into, '..'))).toEqual(['athena.duckdb']);
    writeFileSync(into, 'nonsense');
    await expect(write([], folder(), into)).rejects.toThrow(
      /imported vocabularies cannot be read[\s\S]*Import them again/,
    );
  });
});

describe('writing with standard concepts', () => {
  it('puts each code where its standard concept belongs, a row for each, and gives the share mapped', async () => {
    const into = folder();
    const events = [
      icd('I10', '2010-01-01'),
      icd('E11.65', '2010-01-01'),
      icd('Z79.4', '2010-01-01'),
      icd('A00.0', '2010-01-01'),
    ];
    const { mapped, vocabularyVersion } = await write([patient([...events, ndc('68180051301', '2010-01-01')])], into);
    expect(await rows(into, 'condition_occurrence', 'condition_concept_id, condition_source_value')).toEqual([
      [0, 'A00.0'],
      [201826, 'E11.65'],
      [320128, 'I10'],
      [443238, 'E11.65'],
    ]);
    expect(
      await rows(
        into,
        'observation',
        'observation_concept_id, observation_source_concept_id, observation_source_value',
      ),
    ).toEqual([[1340204, 35225404, 'Z79.4']]);
    expect(await rows(into, 'drug_exposure', 'drug_concept_id, drug_source_concept_id')).toEqual([
      [40164929, 45068283],
    ]);
    expect(mapped).toEqual({ codes: 5, mappedCodes: 4, events: 5, mappedEvents: 4 });
    expect(vocabularyVersion).toBe(ATHENA_VERSION);
    expect(await rows(into, 'cdm_source', 'vocabulary_version')).toEqual([[ATHENA_VERSION]]);
    // Only what the data names: a code that Athena lacks has a concept of our own.
    expect(await rows(into, 'concept', 'concept_code')).toContainEqual(['A00.0']);
    expect(await rows(into, 'concept', 'concept_code')).not.toContainEqual(['J06.9']);
    expect(await rows(into, 'concept_ancestor', '*')).toContainEqual([1503297, 40164929, 2, 2]);
  });

  it('makes eras by the published algorithm', async () => {
    const into = folder();
    await write(
      [
        patient([
          // Without an end, a day; 30 days after it the era goes on, 31 days after it another begins.
          icd('I10', '2010-01-01'),
          icd('I10', '2010-02-01'),
          icd('I10', '2010-03-05', '2010-03-10'),
          // Two codes of one standard concept: one era.
          icd('E11.9', '2011-01-01', '2011-01-31'),
          icd('E11', '2011-01-15'),
          icd('A00.0', '2010-01-01'),
          // Two packages of one ingredient: 20 days between them that no exposure covers.
          ndc('68180051301', '2012-01-01', '2012-01-11'),
          ndc('00093104801', '2012-01-31', '2012-02-10'),
          ndc('68180051301', '2013-01-01'),
        ]),
      ],
      into,
    );
    expect(
      await rows(
        into,
        'condition_era',
        'condition_concept_id, condition_era_start_date, condition_era_end_date, condition_occurrence_count',
      ),
    ).toEqual([
      [201826, '2011-01-01', '2011-01-31', 2],
      [320128, '2010-01-01', '2010-02-02', 2],
      [320128, '2010-03-05', '2010-03-10', 1],
    ]);
    expect(
      await rows(
        into,
        'drug_era',
        'drug_concept_id, drug_era_start_date, drug_era_end_date, drug_exposure_count, gap_days',
      ),
    ).toEqual([
      [1503297, '2012-01-01', '2012-02-10', 2, 20],
      [1503297, '2013-01-01', '2013-01-01', 1, 0],
    ]);
  });

  it('gives back the same codes and counts, whatever table and rows each stands in', async () => {
    const extra = fc.array(fc.constantFrom('E11.65', 'Z79.4'), { maxLength: 4 });
    const person = fc.tuple(recordArbitrary, extra).map(([record, codes]): PatientRecord => {
      const start = record.encounters[0].start;
      const more = codes.map((code): CodedEvent => ({ ...icd(code, start!), encounter: 0, active: true }));
      return { ...record, events: [...record.events, ...more] };
    });
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 12 }), async (written) => {
        const into = folder();
        const { lost } = await write(written, into);
        expect(lost.size).toBe(0);
        const back = await read(into);
        expect(back.map(plain)).toEqual(written.map(plain));
      }),
      { numRuns: 3 },
    );
  });
});

it('reads a code that maps into two tables as two events, and one that maps twice into one as one', async () => {
  const download = writeAthena(folder());
  const more = (from: number, to: number) => `${from}\t${to}\tMaps to\t19700101\t20991231\t\n`;
  // J06.9: a condition of its own, and the observation of another; I10: two conditions.
  appendFileSync(join(download, 'CONCEPT_RELATIONSHIP.csv'), more(35208013, 1340204) + more(35207668, 443238));
  const two = join(folder(), 'athena.duckdb');
  await importAthena(download, two);
  const into = folder();
  await write([patient([icd('J06.9', '2010-01-01'), icd('I10', '2010-01-01')])], into, two);
  expect(await rows(into, 'observation', 'observation_source_value')).toEqual([['J06.9']]);
  const tally = new Tally();
  const [{ events }] = await read(into, {}, tally);
  expect(events.map(({ kind, code }) => `${kind} ${code.code}`)).toEqual([
    'condition I10',
    'condition J06.9',
    'condition J06.9',
  ]);
  expect(tally.skipped.get('condition_occurrence')).toEqual(
    new Map([['further standard concept of the same source row', 1]]),
  );
  expect(tally.unaccounted()).toEqual([]);
});

describe('codes from standard concepts mapped back', () => {
  it('makes a condition of the observation that a code of conditions maps to', async () => {
    const into = folder();
    await write([patient([icd('Z79.4', '2010-01-01')])], into);
    const [{ events }] = await read(into, { codes: 'mapped', athena, kinds: ['condition'] });
    expect(events.map(({ kind, code }) => `${kind} ${code.code}`)).toEqual(['condition Z79.4']);
    const standard = await read(into, { codes: 'standard' });
    expect(standard[0].events).toMatchObject([
      { kind: 'measurement', code: { system: System.snomed, code: '710815001' } },
    ]);
  });

  it('takes the code that can be billed and maps to nothing else, and notes that there were several', async () => {
    const into = folder();
    await write(
      [
        patient([
          icd('E11.65', '2010-01-01'),
          ndc('68180051301', '2010-01-01'),
          icd('J06.9', '2010-02-01'),
          icd('A00.0', '2010-02-01'),
        ]),
      ],
      into,
    );
    const tally = new Tally();
    const [record] = await read(into, { codes: 'mapped', athena }, tally);
    // 443238 is what E11.65 alone maps to; the tablet is the NDC that comes first.
    expect(record.events.map(({ code }) => code.code).sort()).toEqual(['00093104801', 'E11.65', 'E11.9', 'J06.9']);
    expect(tally.notes.get('standard concept of several source codes')).toBe(2);
    expect(tally.problems.map(({ detail }) => detail)).toContain(
      '44054006 Type 2 diabetes mellitus: 3 codes of ICD10CM map to it, E11.9 was taken',
    );
    expect(tally.skipped.get('condition_occurrence')).toEqual(new Map([['standard concept 0: not mapped', 1]]));
  });

  it('says so where there are no mappings, and where the data names another version of the vocabularies', async () => {
    const path = folder();
    writeFileSync(join(path, 'person.csv'), 'person_id,gender_concept_id,year_of_birth\n1,8507,1970\n');
    writeFileSync(
      join(path, 'condition_occurrence.csv'),
      'person_id,condition_concept_id,condition_start_date\n1,320128,2010-01-01\n',
    );
    await expect(read(path, { codes: 'mapped' })).rejects.toThrow(
      'Standard concepts cannot be mapped back, because there are no mappings (concept_relationship)',
    );
    const unmapped = folder();
    await writeOmop(
      (async function* () {
        yield patient([icd('I10', '2010-01-01')]);
      })(),
      unmapped,
      { format: 'parquet', today: '2026-01-01' },
    );
    await expect(read(unmapped, { codes: 'mapped' })).rejects.toThrow(/no mappings[\s\S]*--codes standard/);
    writeFileSync(
      join(path, 'vocabulary.csv'),
      'vocabulary_id,vocabulary_name,vocabulary_version\nNone,OMOP,v5.0 01-JAN-20\n',
    );
    const tally = new Tally();
    const [record] = await read(path, { codes: 'mapped', athena }, tally);
    expect(record.events.map(({ code }) => code)).toMatchObject([{ system: System.icd10cm, code: 'I10' }]);
    expect(tally.problems).toContainEqual(
      expect.objectContaining({
        reason: 'vocabulary of another version',
        detail: `the data names v5.0 01-JAN-20, imported is ${ATHENA_VERSION}`,
      }),
    );
  });
});
