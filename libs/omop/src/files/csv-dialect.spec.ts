import { describe, expect, it } from 'vitest';
import { columnOrders } from './csv-columns.ts';
import { dialectOf } from './csv-dialect.ts';

const of = (head: string, table = 'person', header?: 'yes' | 'no') =>
  dialectOf(head, { table, file: 'person.csv', header });
const THREE = ['person_id', 'gender_concept_id', 'year_of_birth'];
const HEADER = THREE.join(',');

describe('what the beginning of a file says of it', () => {
  it.each([
    ['commas', `${HEADER}\n1,8507,1970\n`, ',', '"'],
    ['CRLF', `${HEADER}\r\n1,8507,1970\r\n`, ',', '"'],
    ['semicolons', `${HEADER.replaceAll(',', ';')}\n1;8507;1970\n`, ';', '"'],
    ['pipes', `${HEADER.replaceAll(',', '|')}\n1|8507|1970\n`, '|', ''],
    ['two pipes', `${HEADER.replaceAll(',', '||')}\n1||8507||1970\n`, '||', ''],
    ["Hive's delimiter", `${HEADER.replaceAll(',', '\x01')}\n1\x018507\x011970\n`, '\x01', ''],
    ['tabs', `${HEADER.replaceAll(',', '\t')}\n1\t8507\t1970\n`, '\t', ''],
    ['tabs, all in quotes', `"${THREE.join('"\t"')}"\n"1"\t"8507"\t"1970"\n`, '\t', '"'],
    ['tabs, some in quotes', `${THREE.join('\t')}\n1\t8507\t"1970"\n`, '\t', '"'],
    ['tabs, a quote in a value', `${THREE.join('\t')}\n1\t8507\t6" pipe\n`, '\t', ''],
    ['tabs, a value that begins with a quote', `${THREE.join('\t')}\n1\t8507\t"Late" onset\n`, '\t', ''],
    ['names in capitals, with blanks, of Hive', 'T.PERSON_ID, t.gender_concept_id ,[year_of_birth]\n1,2,3\n', ',', '"'],
  ])('%s', (_, head, delimiter, quote) => {
    const found = of(head);
    expect([found.delimiter, found.quote, found.hasHeader]).toEqual([delimiter, quote, true]);
    expect(found.columns.map((name) => name.toLowerCase())).toEqual(THREE);
  });

  it("takes no quotes for quotes in Athena's files, where one name is all in them", () => {
    const head = 'concept_id\tconcept_name\tvocabulary_id\n1\t"Worried well"\tSNOMED\n';
    expect(of(head, 'concept').quote).toBe('');
  });

  it.each([
    ['psql', '1,\\N,1970', ['\\N']],
    ['SQL Server', '1,NULL,1970', ['\\N', 'NULL']],
    ['R', '1,NA,1970', ['\\N', 'NA']],
  ])('knows what stands for NULL: %s', (_, row, nulls) => {
    expect(of(`${HEADER}\n${row}\n`).nulls).toEqual(nulls);
  });

  it('takes NA for a value where only texts have it', () => {
    const head = 'measurement_id,person_id,measurement_source_value\n1,1,NA\n';
    expect(of(head, 'measurement').nulls).toEqual(['\\N']);
  });

  it('skips what Excel has before the header', () => {
    expect(of(`sep=;\n${HEADER.replaceAll(',', ';')}\n1;2;3\n`)).toMatchObject({ skip: 1, columns: THREE });
  });
});

it.each([
  ['a comment', `# made in 2020\n${HEADER}\n1,2,3\n`, 'a line is', 2],
  ['lines of a title', `Export\n\nof,all\n${HEADER}\n1,2,3\n`, 'lines are', 4],
])('is refused with the line of the header where %s stands before it', (_, head, words, line) => {
  expect(() => of(head)).toThrow(new RegExp(`${words} before the header[\\s\\S]*person\\.csv, line ${line}`));
});

describe('a file without a header', () => {
  it.each([54, 53])("has the columns of CDM %s's DDL in their order", (version) => {
    const columns = columnOrders('measurement')[version === 54 ? 0 : 1];
    const row = columns.map((name) => (name.endsWith('_date') ? '2020-01-01' : '1')).join(',');
    const found = of(`${row}\n${row}\n`, 'measurement', 'no');
    expect(found).toMatchObject({ columns, hasHeader: false, delimiter: ',' });
    expect(columns.length).toBe(version === 54 ? 23 : 20);
  });

  it('is refused with the option that reads it, or with both numbers where they differ', () => {
    expect(() => of('1,8507,1970\n')).toThrow(/seems to have no header[\s\S]*--header no/);
    expect(() => of('1,8507,1970\n', 'person', 'no')).toThrow(/has 3 columns; table person has 18 in CDM 5.4/);
  });

  it('may stand beside files that have one', () => {
    expect(of(`${HEADER}\n1,2,3\n`, 'person', 'no')).toMatchObject({ hasHeader: true, columns: THREE });
  });
});
