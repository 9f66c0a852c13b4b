import { describe, expect, it } from 'vitest';
import {
  bundle,
  condition,
  type Files,
  man,
  peopleIn,
  posted,
  put,
  readFiles,
  skippedIn,
  woman,
} from '../testing/source.ts';
import { literalOf, universalId } from './identity.ts';

const ANNA = 'female 1950-01-01: C50.911';
const UUID = (digit: string) => `1f3c${digit}a7e-52d0-4b6c-9e88-7d41a05f26${digit}9`;

const at = (fullUrl: string, resource: object) => ({ fullUrl, resource });

describe('the same person', () => {
  const north = (type: string, id: string) => `https://north.example.org/fhir/${type}/${id}`;
  const found = (resource: { resourceType: string; id?: string }) => ({
    fullUrl: north(resource.resourceType, resource.id!),
    resource,
  });
  it.each<[string, Files]>([
    [
      'put twice',
      {
        'a.json': bundle(
          'transaction',
          put('urn:uuid:x', 'Patient/1', woman('1')),
          put('urn:uuid:y', 'Condition/c', condition('c', 'urn:uuid:x')),
        ),
        'b.json': bundle(
          'transaction',
          put('urn:uuid:x', 'Patient/1', woman('1')),
          put('urn:uuid:z', 'Condition/d', condition('d', 'urn:uuid:x', 'I10')),
        ),
      },
    ],
    [
      'created on the same condition',
      Object.fromEntries(
        ['E11.9', 'I10'].map((code, i) => [
          `${i}.json`,
          bundle(
            'transaction',
            posted(`urn:uuid:p${i}`, woman(undefined), { ifNoneExist: 'identifier=http://hosp/mrn|7' }),
            posted(`urn:uuid:c${i}`, condition(undefined, `urn:uuid:p${i}`, code)),
          ),
        ]),
      ),
    ],
    [
      'pages of one server, with http and https',
      {
        'a.json': bundle('searchset', found(woman('1')), found(condition('c', 'Patient/1'))),
        'b.json': bundle('searchset', {
          fullUrl: 'http://North.example.org/fhir/Condition/d',
          resource: condition('d', 'Patient/1', 'I10'),
        }),
      },
    ],
    [
      'a Bundle of a server and lines without an address',
      {
        'a.json': bundle('searchset', found(woman('1')), found(condition('c', 'Patient/1'))),
        'b.ndjson': [condition('d', 'Patient/1', 'I10')],
      },
    ],
    [
      'lines, and a Bundle of the server that they refer to',
      {
        'a.json': bundle('searchset', found(condition('c', 'Patient/1'))),
        'b.ndjson': [woman('1'), condition('d', north('Patient', '1'), 'I10')],
      },
    ],
    [
      'two Bundles without addresses',
      {
        'a.json': bundle('searchset', { resource: woman('1') }, { resource: condition('c', 'Patient/1') }),
        'b.json': bundle('searchset', { resource: condition('d', 'Patient/1', 'I10') }),
      },
    ],
    [
      'a UUID in two Bundles',
      {
        'a.json': bundle(
          'collection',
          { fullUrl: `urn:uuid:${UUID('a')}`, resource: woman('x') },
          { resource: condition('c', 'Patient/x') },
        ),
        'b.json': bundle('collection', {
          fullUrl: 'urn:uuid:c',
          resource: condition('d', `urn:uuid:${UUID('a')}`, 'I10'),
        }),
      },
    ],
  ])('%s', async (_, files) => {
    const { records, tally } = await readFiles(files);
    expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9 I10']);
    expect(tally.problems).toEqual([]);
  });

  it('is not the one of lines where two servers have the id', async () => {
    const { records } = await readFiles({
      'a.json': bundle('searchset', found(woman('1')), found(condition('c', 'Patient/1', 'C50.911'))),
      'b.json': bundle('searchset', { fullUrl: 'https://south.example.org/Patient/1', resource: man('1') }),
      'c.ndjson': [woman('1', { birthDate: '1980-02-02' }), condition('d', 'Patient/1', 'I10')],
    });
    expect(peopleIn(records)).toEqual([ANNA, 'female 1980-02-02: I10', 'male 1990-01-01:']);
    expect(records.map(({ id }) => id)).toContain('1');
  });

  it('of a server that refers to itself by its public address alone, which is noted', async () => {
    const behind = (resource: { resourceType: string; id?: string }) =>
      at(`http://internal:8080/fhir/${resource.resourceType}/${resource.id}`, resource);
    const c = condition('c', 'https://public.example.org/fhir/Patient/1');
    const lost = condition('d', 'https://public.example.org/fhir/Patient/2');
    const { records, tally } = await readFiles({
      'a.json': bundle('searchset', behind(woman('1')), behind(c), behind(lost)),
    });
    expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9']);
    expect(skippedIn(tally)).toEqual({ 'Condition: patient unknown': 1 });
    expect([...tally.notes]).toEqual([['reference by another address of the server', 2]]);
  });

  it.each<[string, string, string[], object]>([
    ['two paths of one host', 'h.example.org/fhir/r4', ['female 1950-01-01: E11.9 I10'], {}],
    ['two hosts', 'other.example.org/fhir', ['female 1950-01-01:'], { 'Condition: patient unknown': 2 }],
  ])('a Patient without an address, and pages of %s', async (_, base, people, skipped) => {
    const { records, tally } = await readFiles({
      'p.json': woman('1'),
      'q.json': bundle('searchset', at('https://h.example.org/fhir/Condition/c', condition('c', 'Patient/1'))),
      'r.json': bundle('searchset', at(`https://${base}/Condition/d`, condition('d', 'Patient/1', 'I10'))),
    });
    expect(peopleIn(records)).toEqual(people);
    expect(skippedIn(tally)).toEqual(skipped);
  });

  it('is none of the source where a Bundle refers to another server', async () => {
    const entry = { fullUrl: north('Condition', 'd'), resource: condition('d', 'https://south.example.org/Patient/1') };
    const { records, tally } = await readFiles({
      'a.json': bundle('searchset', found(woman('1')), entry, found(condition('c', 'Patient/1'))),
    });
    expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9']);
    expect(skippedIn(tally)).toEqual({ 'Condition: patient of another server': 1 });
  });
});

it('reads each entry that has neither an id nor an address', async () => {
  const visit = (start: string) => ({
    resourceType: 'Encounter',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'urn:uuid:p' },
    period: { start },
  });
  const days = ['2020-01-01', '2020-02-01', '2020-02-01'];
  const { records } = await readFiles({
    'a.json': bundle(
      'transaction',
      posted('urn:uuid:p', woman(undefined)),
      ...days.map((day) => posted(undefined, visit(day))),
    ),
  });
  expect(records[0].encounters.map(({ start }) => start)).toEqual(days);
});

it.each([
  ['Patient/1', { type: 'Patient', id: '1' }],
  ['./Patient/1', { type: 'Patient', id: '1' }],
  ['Patient/1/_history/2', { type: 'Patient', id: '1', version: '2' }],
  ['Patient/Abc/_history/2', { type: 'Patient', id: 'Abc', version: '2' }],
  ['https://Host/r4/Patient/1', { type: 'Patient', id: '1', base: 'host/r4' }],
  ['https://host/Patient/t/fhir/Patient/1', { type: 'Patient', id: '1', base: 'host/Patient/t/fhir' }],
  ['Patient?identifier=http://hosp/MRN/1', undefined],
  ['urn:uuid:1', undefined],
  ['patient/1', undefined],
])('takes %s apart', (reference, literal) => {
  expect(literalOf(reference)).toEqual(literal);
});

it.each([
  ['urn:uuid:2d79458c-3c54-4bc4-bf3c-ccea471988fc', '2d79458c-3c54-4bc4-bf3c-ccea471988fc'],
  ['urn:uuid:00000000-0000-0000-0000-000000000001', undefined],
  ['urn:uuid:11111111-2222-3333-4444-555555555555', undefined],
  ['urn:uuid:patient-1', undefined],
  ['urn:oid:2.16.840.1.113883.6.1', '2.16.840.1.113883.6.1'],
])('%s is the same for everyone: %s', (url, id) => {
  expect(universalId(url)).toBe(id);
});
