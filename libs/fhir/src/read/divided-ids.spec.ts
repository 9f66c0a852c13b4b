import { describe, expect, it } from 'vitest';
import {
  bundle,
  condition,
  type Files,
  man,
  peopleIn,
  readFiles,
  skippedIn,
  version,
  woman,
} from '../testing/source.ts';

const mrn = (value: string, system = 'http://hosp/mrn') => ({ identifier: [{ system, value }] });
const ANNA = 'female 1950-01-01: C50.911';
const BERT = 'male 1990-01-01: C61';
const NOTE = 'several patients with one id, distinguished by folder or Bundle';
const at = (fullUrl: string, resource: object) => ({ fullUrl, resource });
type Person = ReturnType<typeof woman>;

describe('two who cannot be one person are two, each with what is theirs', () => {
  const each = (write: (person: Person, code: string, number: number) => Files): Files => ({
    ...Object.fromEntries(
      Object.entries(write(woman('1', version(1)), 'C50.911', 1)).map(([name, file]) => [`a${name}`, file]),
    ),
    ...Object.fromEntries(
      Object.entries(write(man('1', version(2)), 'C61', 2)).map(([name, file]) => [`b${name}`, file]),
    ),
  });
  const rows: [string, Files][] = [
    [
      'in folders',
      each((person, code, number) => ({
        '/Patient.ndjson': [person],
        '/Condition.ndjson': [condition('1', 'Patient/1', code, version(number))],
      })),
    ],
    [
      'in folders of one server',
      each((person, code) => ({
        '/x.json': bundle(
          'searchset',
          at('http://localhost/fhir/Patient/1', person),
          at('http://localhost/fhir/Condition/1', condition('1', 'Patient/1', code)),
        ),
      })),
    ],
    [
      'in folders of pages',
      each((person, code) => ({
        '/1.json': bundle('searchset', { resource: person }),
        '/2.json': bundle('searchset', { resource: condition('1', 'Patient/1', code) }),
      })),
    ],
    [
      'in folders of collections of one resource',
      each((person, code) => ({
        '/1.json': bundle('collection', { resource: person }),
        '/2.json': bundle('collection', { resource: condition('1', 'Patient/1', code) }),
      })),
    ],
    [
      'in collections',
      each((person, code) => ({
        '.json': bundle('collection', { resource: person }, { resource: condition('1', 'Patient/1', code) }),
      })),
    ],
    [
      'in collections with relative addresses',
      each((person, code) => ({
        '.json': bundle('collection', at('Patient/1', person), at('Condition/1', condition('1', 'Patient/1', code))),
      })),
    ],
    [
      'in lines of Bundles',
      {
        'x.ndjson': [
          bundle('collection', { resource: woman('1') }, { resource: condition('1', 'Patient/1', 'C50.911') }),
          bundle('collection', { resource: man('1') }, { resource: condition('1', 'Patient/1', 'C61') }),
        ],
      },
    ],
  ];
  it.each(rows)('%s', async (_, files) => {
    const { records, tally } = await readFiles(files);
    expect(peopleIn(records)).toEqual([ANNA, BERT]);
    expect(skippedIn(tally)).toEqual({});
    expect([...tally.notes]).toEqual([[NOTE, 1]]);
    const ids = records.map(({ id, sex }) => `${id} ${sex}`).sort();
    const turned = Object.fromEntries(Object.entries(files).map(([name, file]) => [name.replace(/^a/, 'c'), file]));
    const again = (await readFiles(turned)).records.map(({ id, sex }) => `${id} ${sex}`).sort();
    expect(again).toEqual(ids);
  });
});

it.each<[string, Person, Person]>([
  ['by birth date and sex', woman('1'), man('1')],
  ['by birth date and identifier', woman('1', mrn('7')), woman('1', { birthDate: '1980-02-02', ...mrn('8') })],
])('two in one place who differ %s are left out, with what refers to them', async (_, a, b) => {
  const files = {
    'a.ndjson': [a, condition('c', 'Patient/1'), man('2')],
    'b.ndjson': [{ ...b, ...version(2) }],
  };
  const { records, tally } = await readFiles(files);
  expect(peopleIn(records)).toEqual(['male 1990-01-01:']);
  expect(skippedIn(tally)).toEqual({
    'Patient: two patients with one id': 2,
    'Condition: patient whose id two have': 1,
  });
});

it.each<[string, Person]>([
  ['the sex', woman('1', { gender: 'male' })],
  ['the birth date', woman('1', { birthDate: '1950-01-02' })],
  ['the birth date, which was a year', man('1', { birthDate: '1950' })],
  ['the birth date, and a sex that was not known', man('1', { gender: 'unknown' })],
  [
    'the birth date, with an identifier in common',
    woman('1', { birthDate: '1980-02-02', identifier: [mrn('7').identifier[0], mrn('8').identifier[0]] }),
  ],
  [
    'the birth date, with identifiers of another system',
    woman('1', { birthDate: '1980-02-02', ...mrn('8', 'http://other') }),
  ],
])('a correction of %s is a newer version of one person', async (_, before) => {
  const files = {
    'a/x.ndjson': [{ ...before, ...version(1) }, condition('c', 'Patient/1')],
    'b/x.ndjson': [woman('1', { ...mrn('7'), ...version(2) }), condition('d', 'Patient/1', 'I10')],
  };
  const { records, tally } = await readFiles(files);
  expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9 I10']);
  expect(tally.problems).toEqual([]);
});

it('of an id that is divided, what stands in neither place is nobody’s, and the other ids are as before', async () => {
  const files = {
    'a/x.ndjson': [woman('1'), woman('2'), condition('c', 'Patient/1', 'C50.911')],
    'b/x.ndjson': [man('1'), condition('d', 'Patient/2', 'I10')],
    'c/x.ndjson': [condition('e', 'Patient/1'), condition('f', 'Patient/2', 'E11.9')],
  };
  const { records, tally } = await readFiles(files);
  expect(peopleIn(records)).toEqual([ANNA, 'female 1950-01-01: E11.9 I10', 'male 1990-01-01:']);
  expect(skippedIn(tally)).toEqual({ 'Condition: patient unknown': 1 });
});

it('a newer version of one of the two is theirs', async () => {
  const files = {
    'a/x.ndjson': [
      woman('1', version(1)),
      woman('1', { gender: 'male', ...version(3) }),
      condition('c', 'Patient/1', 'C50.911'),
    ],
    'b/x.ndjson': [man('1', version(2)), condition('c', 'Patient/1', 'C61')],
  };
  const { records, tally } = await readFiles(files);
  expect(peopleIn(records)).toEqual(['male 1950-01-01: C50.911', BERT]);
  expect(skippedIn(tally)).toEqual({ 'Patient: older version': 1 });
});
