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

const ANNA = 'female 1950-01-01: C50.911';
const BERT = 'male 1990-01-01: C61';
const UUID = (digit: string) => `1f3c${digit}a7e-52d0-4b6c-9e88-7d41a05f26${digit}9`;

/** Anna and Bert, each a document of the same form. */
function each(write: (person: object, code: string, name: 'a' | 'b') => object): Files {
  return { 'a.json': write(woman('patient'), 'C50.911', 'a'), 'b.json': write(man('patient'), 'C61', 'b') };
}

describe('the same id is not the same person', () => {
  const rows: [string, Files][] = [
    [
      'posted under different urns',
      each((person, code, name) =>
        bundle(
          'transaction',
          posted(`urn:uuid:${name}-p`, person as never),
          posted(`urn:uuid:${name}-c`, condition('c', `urn:uuid:${name}-p`, code)),
        ),
      ),
    ],
    [
      'posted under the same placeholder urns',
      each((person, code) =>
        bundle(
          'transaction',
          posted('urn:uuid:patient', person as never),
          posted('urn:uuid:c', condition('c', 'urn:uuid:patient', code)),
        ),
      ),
    ],
    [
      'posted under UUIDs that are placeholders',
      each((person, code) =>
        bundle(
          'transaction',
          posted('urn:uuid:00000000-0000-0000-0000-000000000001', person as never),
          posted(
            'urn:uuid:00000000-0000-0000-0000-000000000002',
            condition('c', 'urn:uuid:00000000-0000-0000-0000-000000000001', code),
          ),
        ),
      ),
    ],
    [
      'posted without addresses',
      each((person, code) =>
        bundle(
          'transaction',
          posted(undefined, person as never),
          posted(undefined, condition('c', 'Patient/patient', code)),
        ),
      ),
    ],
    [
      'collected under placeholder urns, referred to by Type/id',
      each((person, code) =>
        bundle(
          'collection',
          { fullUrl: 'urn:uuid:p', resource: person },
          { fullUrl: 'urn:uuid:c', resource: condition('c', 'Patient/patient', code) },
        ),
      ),
    ],
    [
      'collected under UUIDs',
      each((person, code, name) =>
        bundle(
          'collection',
          { fullUrl: `urn:uuid:${UUID(name)}`, resource: person },
          {
            fullUrl: `urn:uuid:${UUID(name === 'a' ? 'c' : 'd')}`,
            resource: condition('c', `urn:uuid:${UUID(name)}`, code),
          },
        ),
      ),
    ],
    [
      'health cards',
      each((person, code) =>
        bundle(
          'collection',
          { fullUrl: 'resource:0', resource: { ...person, id: undefined } },
          { fullUrl: 'resource:1', resource: condition(undefined, 'resource:0', code) },
        ),
      ),
    ],
    [
      'found on two servers',
      each((person, code, name) =>
        bundle(
          'searchset',
          { fullUrl: `https://${name}.example.org/fhir/Patient/patient`, resource: person },
          {
            fullUrl: `https://${name}.example.org/fhir/Condition/c`,
            resource: condition('c', 'Patient/patient', code),
          },
        ),
      ),
    ],
    [
      'of two paths of one host',
      each((person, code, name) =>
        bundle(
          'searchset',
          { fullUrl: `https://example.org/${name}/fhir/Patient/patient`, resource: person },
          {
            fullUrl: `https://example.org/${name}/fhir/Condition/c`,
            resource: condition('c', `https://example.org/${name}/fhir/Patient/patient`, code),
          },
        ),
      ),
    ],
  ];

  it.each(rows)('%s', async (_, files) => {
    const { records, tally } = await readFiles(files);
    expect(peopleIn(records)).toEqual([ANNA, BERT]);
    expect(skippedIn(tally)).toEqual({});
    expect(new Set(records.map(({ id }) => id)).size).toBe(2);
  });

  it.each(rows)('whatever the order of the files, each keeps the id of its record: %s', async (_, files) => {
    const ids = async (named: Files) => (await readFiles(named)).records.map(({ id, sex }) => `${id} ${sex}`).sort();
    expect(await ids({ 'z.json': files['a.json'], 'y.json': files['b.json'] })).toEqual(await ids(files));
  });
});
