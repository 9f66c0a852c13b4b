import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';

const { folder, read, remove } = cdmFolders();
afterAll(remove);

const PERSON = 'person_id,gender_concept_id,year_of_birth\n1,8507,1970\n2,8532,1980\n';
const COLUMNS = [
  'drug_exposure_id',
  'person_id',
  'drug_exposure_start_date',
  'sig',
  'drug_source_value',
  'route_source_value',
];
/** Drugs whose instructions and routes are given, one on each day of January 2020. */
const drugs = (delimiter: string, sigs: string[], routes: string[] = []) =>
  [COLUMNS, ...sigs.map((sig, i) => [i + 1, 1 + (i % 2), `2020-01-0${i + 1}`, sig, '00093714656', routes[i] ?? ''])]
    .map((row) => row.join(delimiter) + '\n')
    .join('');
const days = async (content: string | Buffer) => {
  const { codes, tally } = await read(await folder({ 'person.csv': PERSON, 'drug_exposure.csv': content }));
  expect([...tally.rows].find(([table]) => table === 'drug_exposure')?.[1]).toBe(codes.length);
  return codes.map((code) => code.replace('00093714656 2020-01-0', '')).join('');
};
const INCHES = ['"PEN NEEDLE 5/16', 'daily', 'daily', 'NEEDLE 31G X 1/2"', 'daily'];

it.each([[','], [';'], ['|'], ['\t'], ['||'], ['\x01']])('inch marks enclose no rows: %j', async (delimiter) => {
  expect(await days(drugs(delimiter, INCHES))).toBe('12345');
  expect(await days(drugs(delimiter, INCHES).replaceAll('\n', '\r\n'))).toBe('12345');
  expect(await days(gzipSync(drugs(delimiter, INCHES)))).toBe('12345');
});

it.each<[string, string[], string[]?]>([
  ['two rows', ['"5/16', '1/2"']],
  ['the last column', ['a', 'a', 'a', 'a'], ['"oral', 'oral', 'oral"', 'oral']],
  ['a column and a later one', ['"5/16', 'a', 'a', 'a'], ['', '', 'oral"', 'oral']],
  ['a column and an earlier one', ['a', 'a', '1/2"', 'a'], ['"oral', '', '', 'oral']],
  ['two rows, a column and an earlier one', ['a', 'a', '1/2"', 'a'], ['', '"oral', '', 'oral']],
  ['each row, at its end', ['a', 'a', 'a', 'a'], ['"', '"', '"', '"']],
])('nor where they stand in %s', async (_, sigs, routes) => {
  const wanted = sigs.map((__, i) => i + 1).join('');
  expect(await days(drugs(',', sigs, routes))).toBe(wanted);
  expect(await days(drugs('|', sigs, routes))).toBe(wanted);
});

it('nor after what is looked at first', async () => {
  const [header, row] = drugs('\t', ['use daily']).split('\n');
  const many = `${row.replace('use', '"use"').replace('"use"', 'use')}\n`.repeat(6000);
  const { codes, tally } = await read(
    await folder({
      'person.csv': PERSON,
      'drug_exposure.csv': `${header}\n${many.replaceAll('use daily', '"use daily"')}${drugs('\t', INCHES).split('\n').slice(1).join('\n')}`,
    }),
  );
  expect(tally.rows.get('drug_exposure')).toBe(6005);
  expect(new Set(codes).size).toBe(5);
});

it('refuses a file of which quotes enclose rows here and delimiters there, with the line', async () => {
  const content = drugs(',', [...INCHES, '"once, in the morning"']);
  await expect(days(content)).rejects.toThrow(
    /an opening quote is never closed, so the rows after it are lost\n +at .*drug_exposure\.csv, line 2/,
  );
});

it.each([
  ['line breaks', '"take\nwith\nwater"'],
  ['line breaks and commas', '"take, if needed,\nwith water, milk,\ntea, or\nnothing"'],
  ['an empty line', '"take\n\nwith water"'],
  ['as many commas as the table in its lines, and not before them', '"Schedule:\na,b,c,d,e,f\n1,2,3,4,5,6\n"'],
])('reads a text with %s', async (_, sig) => {
  expect(await days(drugs(',', ['daily', sig, 'daily']))).toBe('123');
});
