import { describe, expect, it } from 'vitest';
import {
  bundle,
  condition,
  type Files,
  man,
  peopleIn,
  posted,
  readFiles,
  skippedIn,
  woman,
} from '../testing/source.ts';

const UUIDS = Array.from({ length: 9 }, (_, i) => `1f3c${i}a7e-52d0-4b6c-9e88-7d41a05f26${i}9`);
const ANNA = 'female 1950-01-01: C50.911';
const BERT = 'male 1990-01-01: C61';
const ONE = 'female 1950-01-01: E11.9 I10';
const at = (fullUrl: string, resource: object) => ({ fullUrl, resource });
const urn = (i: number, resource: object) => at(`urn:uuid:${UUIDS[i]}`, resource);
const anna = woman('p1');

/** Pages whose addresses are made up anew for each. */
function pages(type: string): Files {
  return {
    '1.json': bundle(type, urn(1, anna)),
    '2.json': bundle(type, urn(2, condition('c', 'Patient/p1'))),
    '3.json': bundle(type, urn(3, condition('d', 'Patient/p1', 'I10')), urn(4, anna)),
  };
}

it.each<[string, Files]>([
  ['found, by the id that it has whatever its address', pages('searchset')],
  ['in a history', pages('history')],
  ['collected, and referred to by its id from elsewhere', pages('collection')],
  [
    'found, and referred to by the urn of the page',
    {
      'a.json': bundle('searchset', urn(1, anna), urn(2, condition('c', `urn:uuid:${UUIDS[1]}`))),
      'b.json': bundle('searchset', urn(3, condition('d', 'Patient/p1', 'I10'))),
    },
  ],
  [
    'found at an address with another id',
    {
      'a.json': bundle(
        'searchset',
        at('https://h/fhir/Patient/1', anna),
        at('https://h/fhir/Condition/2', condition('c', 'Patient/p1')),
        at('https://h/fhir/Condition/3', condition('d', 'https://h/fhir/Patient/1', 'I10')),
      ),
    },
  ],
  [
    'collected at an address with another id',
    {
      'a.json': bundle(
        'collection',
        at('https://h/fhir/Patient/1', anna),
        at('https://h/fhir/Condition/2', condition('c', 'Patient/p1')),
        at('https://h/fhir/Condition/3', condition('d', 'https://h/fhir/Patient/1', 'I10')),
      ),
    },
  ],
  [
    'a urn:uuid in capitals',
    {
      'a.json': bundle(
        'collection',
        urn(1, woman(undefined)),
        urn(2, condition(undefined, `urn:uuid:${UUIDS[1].toUpperCase()}`)),
        urn(3, condition(undefined, `URN:UUID:${UUIDS[1]}`, 'I10')),
      ),
    },
  ],
  [
    'a urn:uuid in capitals as its address',
    {
      'a.json': bundle(
        'transaction',
        posted(`urn:uuid:${UUIDS[1].toUpperCase()}`, woman('x')),
        posted(undefined, condition(undefined, `urn:uuid:${UUIDS[1]}`)),
        posted(undefined, condition(undefined, 'Patient/x', 'I10')),
      ),
    },
  ],
  [
    'a urn:uuid in capitals, of another file',
    {
      'a.json': bundle('collection', urn(1, anna)),
      'b.ndjson': [condition('c', `urn:uuid:${UUIDS[1].toUpperCase()}`), condition('d', `urn:uuid:${UUIDS[1]}`, 'I10')],
    },
  ],
  [
    'a port that is there anyway',
    {
      'a.json': bundle('searchset', at('https://h:443/fhir/Patient/p1', anna)),
      'b.json': bundle(
        'searchset',
        at('https://h/fhir/Condition/c', condition('c', 'Patient/p1')),
        at('http://h:80/fhir/Condition/d', condition('d', 'https://h:443/fhir/Patient/p1', 'I10')),
      ),
    },
  ],
  [
    'a document that refers to it by Type/id',
    {
      'a.json': bundle(
        'document',
        { resource: anna },
        { resource: condition('c', 'Patient/p1') },
        at('Condition/d', condition('d', 'Patient/p1', 'I10')),
      ),
    },
  ],
  [
    'a document that refers to a Patient elsewhere',
    {
      'a.json': bundle(
        'document',
        { resource: condition('c', 'Patient/p1') },
        { resource: condition('d', 'Patient/p1', 'I10') },
      ),
      'p.ndjson': [anna],
    },
  ],
])('is one person: %s', async (_, files) => {
  const { records, tally } = await readFiles(files);
  expect(peopleIn(records)).toEqual([ONE]);
  expect(tally.problems).toEqual([]);
});

describe('are two people, each with what is theirs', () => {
  const each = (write: (person: { resourceType: string }, code: string) => object): Files => ({
    'a.json': write(woman('1'), 'C50.911'),
    'b.json': write(man('1'), 'C61'),
  });
  it.each<[string, Files]>([
    [
      'created under the address of a local server',
      each((person, code) =>
        bundle(
          'transaction',
          posted('http://localhost/fhir/Patient/1', person),
          posted('http://localhost/fhir/Condition/1', condition('1', 'Patient/1', code)),
        ),
      ),
    ],
    [
      'the same, referred to by the address',
      each((person, code) =>
        bundle(
          'transaction',
          posted('http://localhost/fhir/Patient/1', person),
          posted('http://localhost/fhir/Condition/1', condition('1', 'http://localhost/fhir/Patient/1', code)),
        ),
      ),
    ],
    [
      'documents without addresses',
      each((person, code) => bundle('document', { resource: person }, { resource: condition('1', 'Patient/1', code) })),
    ],
    [
      'documents with relative addresses',
      each((person, code) =>
        bundle('document', at('Patient/1', person), at('Condition/1', condition('1', 'Patient/1', code))),
      ),
    ],
    [
      'documents that say their type last',
      each((person, code) => ({
        resourceType: 'Bundle',
        entry: [{ resource: person }, { resource: condition('1', 'Patient/1', code) }],
        type: 'document',
      })),
    ],
  ])('%s', async (_, files) => {
    const { records, tally } = await readFiles(files);
    expect(peopleIn(records)).toEqual([ANNA, BERT]);
    expect(skippedIn(tally)).toEqual({});
    expect(new Set(records.map(({ id }) => id)).size).toBe(2);
  });
});

it('of two who have the id and do not look the same, neither is whom another Bundle means', async () => {
  const files = { ...pages('collection'), '4.json': bundle('collection', urn(5, man('p1'))) };
  const { records, tally } = await readFiles(files);
  expect(peopleIn(records)).toContain('male 1990-01-01:');
  expect(skippedIn(tally)).toMatchObject({ 'Condition: patient unknown': 1 });
});
