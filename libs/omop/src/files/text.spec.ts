import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { columnOrders } from './csv-columns.ts';
import { cdmFolders } from '../testing/folders.ts';

const { folder, read, remove } = cdmFolders();
afterAll(remove);

const PERSON = 'person_id,gender_concept_id,year_of_birth,person_source_value\n1,8507,1970,Zoë\n2,8532,1980,b\n';
const CONDITION = 'condition_occurrence_id,person_id,condition_start_date,condition_end_date,condition_source_value\n';
const ROWS = [
  ['1', '1', '2010-01-01', '', 'I10'],
  ['2', '2', '2010-01-02', '2010-02-02', 'E11.9'],
];
const written = (delimiter: string, row = (cells: string[]) => cells.join(delimiter), newline = '\n') =>
  [CONDITION.trim().split(','), ...ROWS].map(row).join(newline) + newline;
const quoted = (delimiter: string) => written(delimiter, (cells) => cells.map((cell) => `"${cell}"`).join(delimiter));
const ALL = ['E11.9 2010-01-02', 'I10 2010-01-01'];
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('text of whatever dialect and encoding', () => {
  it.each<[string, string | Buffer]>([
    ['commas', written(',')],
    ['semicolons', written(';')],
    ['pipes', written('|')],
    ['tabs', written('\t')],
    ["Hive's delimiter", written('\x01')],
    ['tabs, all in quotes', quoted('\t')],
    ['pipes, all in quotes', quoted('|')],
    ['CRLF', written(',', undefined, '\r\n')],
    ['CR', written(',', undefined, '\r')],
    ['lines that end in two ways', written(',').replace('\n', '\r\n')],
    ['no line end after the last row', written(',').trimEnd()],
    ['a byte order mark', `\uFEFF${quoted(',')}`],
    ['empty lines before the header', `\n\n${written(',')}`],
    ['capitals', written(',').toUpperCase()],
    ['UTF-16', utf16(`\uFEFF${written(',')}`)],
    ['UTF-16 without a mark', utf16(written('\t'))],
    ['big-endian UTF-16', utf16(`\uFEFF${written(',', undefined, '\r\n')}`).swap16()],
    ['gzip of UTF-16', gzipSync(utf16(`\uFEFF${written(',')}`))],
    ['\\N for NULL', written(',', (cells) => cells.map((cell) => cell || '\\N').join(','))],
    ['\\N for NULL, in quotes', written(',', (cells) => cells.map((cell) => `"${cell || '\\N'}"`).join(','))],
    ['NULL for NULL', written(',', (cells) => cells.map((cell) => cell || 'NULL').join(','))],
    ['NA for NULL', written(',', (cells) => cells.map((cell) => cell || 'NA').join(','))],
    [
      'quotes that begin late in a file of tabs',
      written('\t')
        .replace('\tE11.9', '\t"E11.9"')
        .replace('2\t2\t', `${'9\t9\t\t\t""\n'.repeat(5)}2\t2\t`),
    ],
  ])('%s', async (_, content) => {
    const { codes, tally } = await read(await folder({ 'person.csv': PERSON, 'condition_occurrence.csv': content }));
    expect(codes).toEqual(ALL);
    expect([...tally.notes]).toEqual([]);
  });

  it('keeps NULL and NA as they are where they may be values', async () => {
    const rows = '1,1,2010-01-01,,NA\n2,1,2010-01-02,,NULL\n';
    const { codes, tally } = await read(
      await folder({ 'person.csv': PERSON, 'condition_occurrence.csv': CONDITION + rows }),
      {
        systems: { condition: 'urn:own' },
      },
    );
    // NULL is read as what it is, which names no code.
    expect(codes).toEqual(['NA 2010-01-01']);
    expect(tally.skipped.get('condition_occurrence')).toEqual(new Map([['source value that names no code', 1]]));
  });

  it.each([
    ['a line break', '"a\nb, ""c"""'],
    ['quotes after backslashes', '"He said \\"hi\\", ok"'],
    ['both', '"He said \\"hi\\",\nok"'],
    ['a quote in a value without', '6" pipe'],
    ['a quote that opens a value only in part', 'x "y" z'],
  ])('a value with %s costs nothing of the rows after it', async (_, value) => {
    const header = 'drug_exposure_id,person_id,drug_exposure_start_date,sig,drug_exposure_end_date,drug_source_value\n';
    const rows = `1,1,2010-01-01,${value},2010-01-01,00093714656\n2,2,2010-01-02,x,\\N,00093714656\n`;
    const { codes, tally } = await read(await folder({ 'person.csv': PERSON, 'drug_exposure.csv': header + rows }));
    expect(codes).toEqual(['00093714656 2010-01-01', '00093714656 2010-01-02']);
    expect([...tally.notes.keys()].filter((reason) => reason.includes('is no'))).toEqual([]);
  });

  it('reads Latin-1 where the user says so, only where it is no UTF-8, and names line and option where not', async () => {
    const latin1 = Buffer.from(PERSON.replace('Zoë', 'Zo\xeb\x80'), 'latin1');
    const path = await folder({
      'person.csv': latin1,
      'concept.csv': 'concept_id,concept_name,concept_code,vocabulary_id\n5,Ménière,13445001,SNOMED\n',
      'condition_occurrence.csv': `${CONDITION.trim()},condition_source_concept_id\n1,1,2010-01-01,,x,5\n`,
    });
    await expect(read(path)).rejects.toThrow(/not UTF-8[\s\S]*person\.csv, line 2[\s\S]*--encoding windows-1252/);
    for (const encoding of ['latin-1', 'ISO-8859-1', 'windows-1252', 'cp1252']) {
      const { records } = await read(path, { encoding });
      expect(records[0].id).toBe('Zoë€');
      expect(records[0].events[0].code.display).toBe('Ménière');
    }
    await expect(read(path, { encoding: 'klingon' })).rejects.toThrow('Unknown encoding: klingon');
    await expect(read(path, { encoding: 'shift_jis' })).rejects.toThrow(/neither UTF-8 nor shift_jis/);
  });

  it("says DuckDB's reason with the line of the file, and nothing of the patient", async () => {
    const rows = `${CONDITION}1,1,2010-01-01,,I10\n2,2,2010-01-02,,"Smith\n3,1,2010-01-03,,I10\n`;
    const path = await folder({ 'person.csv': PERSON, 'condition_occurrence.csv': rows });
    const error = await read(path).catch((thrown: Error) => thrown.message);
    expect(error).toMatch(
      /Table condition_occurrence cannot be read: Value with unterminated quote found\.\n +at .*condition_occurrence\.csv, line 3/,
    );
    expect(error).not.toContain('Smith');
  });
});

it('joins by ids that are text, in whatever file and case, and counts the rows that have them', async () => {
  const [a, b] = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'];
  const path = await folder({
    'person.csv': PERSON.replace('\n1,', `\n${a},`).replace('\n2,', `\n${b},`),
    'visit_occurrence.csv': `visit_occurrence_id,person_id,visit_start_date\n${b},${a.toUpperCase()},2010-01-01\n`,
    'condition_occurrence.csv': `${CONDITION.trim()},visit_occurrence_id\n1,${a},2010-01-01,,I10,{${b}}\n2,${b},2010-01-02,,E11.9,\n`,
  });
  const { codes, records, tally } = await read(path);
  expect(codes).toEqual(ALL);
  expect(records.flatMap(({ events }) => events.map(({ encounter }) => encounter)).sort()).toEqual([0, undefined]);
  expect(Object.fromEntries(tally.notes)).toMatchObject({
    'person_id is text: hashed to 64 bits': 5,
    'visit_occurrence_id is text: hashed to 64 bits': 2,
  });
  expect(tally.unaccounted()).toEqual([]);
});

it('refuses UTF-32 in words', async () => {
  const utf32 = Buffer.concat(
    [...`\uFEFF${PERSON}`].map((sign) => Buffer.from([sign.charCodeAt(0) & 255, sign.charCodeAt(0) >> 8, 0, 0])),
  );
  await expect(read(await folder({ 'person.csv': utf32 }))).rejects.toThrow(/Text in UTF-32 cannot be read/);
});

it('says of a part without a header that another has one', async () => {
  const path = await folder({
    'person.csv': PERSON,
    'condition_occurrence_1.csv': written(','),
    'condition_occurrence_2.csv': '3,1,2010-01-03,,I10\n',
  });
  await expect(read(path)).rejects.toThrow(/no header[\s\S]*_2\.csv[\s\S]*copy that line to the top/);
});

describe('files without a header', () => {
  const line = (table: string, values: Record<string, string>, version = 0) =>
    columnOrders(table)
      [version].map((name) => values[name] ?? '')
      .join(',') + '\n';
  const files = (version: number) => ({
    'person.csv': line('person', {
      person_id: '1',
      gender_concept_id: '8507',
      year_of_birth: '1970',
      person_source_value: 'p',
    }),
    'procedure_occurrence.csv': line(
      'procedure_occurrence',
      {
        procedure_occurrence_id: '1',
        person_id: '1',
        procedure_date: '2010-01-01',
        procedure_source_value: '0DTJ4ZZ',
      },
      version,
    ),
  });

  it.each([
    ['5.4', 0],
    ['5.3', 1],
  ])('have the columns of CDM %s', async (_, version) => {
    const path = await folder(files(version));
    await expect(read(path)).rejects.toThrow(/seems to have no header[\s\S]*--header no/);
    const { codes, records } = await read(path, { header: 'no' });
    expect([codes, records[0].id]).toEqual([['0DTJ4ZZ 2010-01-01'], 'p']);
  });

  it('are refused where their columns are of another number', async () => {
    const path = await folder({ ...files(0), 'death.csv': '1,2010-01-01\n' });
    await expect(read(path, { header: 'no' })).rejects.toThrow(/has 2 columns; table death has 7 in CDM 5\.4/);
  });
});
