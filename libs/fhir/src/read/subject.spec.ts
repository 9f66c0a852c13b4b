import { expect, it } from 'vitest';
import { bundle, condition, man, peopleIn, posted, readFiles, skippedIn, woman } from '../testing/source.ts';

const identifier = (value: string, system?: string) => ({ identifier: [{ system, value }] });
const MRN = 'http://hosp/mrn';
const anna = woman('p1', identifier('123', MRN));
const uuid = '2d79458c-3c54-4bc4-bf3c-ccea471988fc';

it.each<[string, string | object, object]>([
  ['Type/id', 'Patient/p1', anna],
  ['a version', 'Patient/p1/_history/3', anna],
  ['an address', 'https://server.example.org/fhir/Patient/p1', anna],
  ['a version at an address', 'https://server.example.org/fhir/Patient/p1/_history/3', anna],
  ['an address with a type in its path', 'https://gw.example.org/Patient/tenant/fhir/Patient/p1', anna],
  ['a trailing slash', 'Patient/p1/', anna],
  ['a leading dot', './Patient/p1', anna],
  ['a query', 'Patient/p1?_format=json', anna],
  ['a search by identifier', `Patient?identifier=${MRN}|123`, anna],
  ['an encoded search', `Patient?identifier=${encodeURIComponent(`${MRN}|123`)}`, anna],
  ['a search on a server', `https://x/fhir/Patient?identifier=${MRN}|123`, anna],
  ['a search of any system', 'Patient?identifier=123', anna],
  ['an identifier', { identifier: { system: MRN, value: '123' } }, anna],
  ['an identifier with a type', { type: 'Patient', identifier: { system: MRN, value: '123' }, display: 'A' }, anna],
  ['an identifier without a system', { identifier: { value: '123' } }, woman('p1', identifier('123'))],
  ['a bare id with a type', { type: 'Patient', reference: 'p1' }, anna],
  ['the urn of its id', 'urn:uuid:p1', anna],
  ['a urn among its identifiers', `urn:uuid:${uuid}`, woman('p1', identifier(`urn:uuid:${uuid}`, 'urn:ietf:rfc:3986'))],
])('joins a patient named by %s', async (_, subject, patient) => {
  for (const lines of [
    [patient, condition('c', subject)],
    [condition('c', subject), patient],
  ]) {
    const { records, tally } = await readFiles({ 'a.ndjson': [...lines, man('p2', identifier('9', MRN))] });
    expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9', 'male 1990-01-01:']);
    expect(skippedIn(tally)).toEqual({});
  }
});

it.each<[string, string | object, object?]>([
  ['reference by identifier: no such patient', { identifier: { system: MRN, value: '124' } }],
  ['reference by identifier: no such patient', `Patient?identifier=${MRN}|124`],
  ['reference by identifier: no such patient', { identifier: { system: 'http://other', value: '123' } }],
  ['reference by identifier: several patients', { identifier: { system: MRN, value: '9' } }],
  ['reference by urn: no such patient', `urn:uuid:${uuid}`],
  ['reference by a search that is not by one identifier', 'Patient?name=Anna'],
  ['reference that names no resource', 'p1'],
  ['reference that names no resource', 'patient/p1'],
  ['subject is a Group', 'Group/g'],
  ['subject is a Device', 'https://x/fhir/Device/d'],
  ['subject is a Group', { type: 'Group', identifier: { value: '9' } }],
  ['subject is a Group', 'Group?identifier=1'],
  ['subject is a contained Patient', '#p1', { contained: [{ ...anna }] }],
  ['subject is a contained Device', '#d', { contained: [{ resourceType: 'Device', id: 'd' }] }],
  ['reference to nothing contained', '#p1'],
  ['subject named by display only', { display: 'Anna' }],
  ['patient unknown', 'Patient/P1'],
  ['no patient named', ''],
  ['no patient named', {}],
])('counts what it cannot join: %s', async (reason, subject, more) => {
  const twins = [man('p2', identifier('9', MRN)), man('p3', identifier('9', MRN))];
  const { records, tally } = await readFiles({ 'a.ndjson': [anna, ...twins, condition('c', subject, 'E11.9', more)] });
  expect(records.flatMap(({ events }) => events)).toEqual([]);
  expect(skippedIn(tally)).toEqual({ [`Condition: ${reason}`]: 1 });
});

it('several records of one person with an identifier are one', async () => {
  const old = woman('old', {
    ...identifier('123', MRN),
    link: [{ type: 'replaced-by', other: { reference: 'Patient/p1' } }],
  });
  const by = condition('c', { identifier: { system: MRN, value: '123' } });
  expect(peopleIn((await readFiles({ 'a.ndjson': [by, old, anna] })).records)).toEqual(['female 1950-01-01: E11.9']);
});

it('a placeholder that is not in its Bundle is nobody else', async () => {
  const files = {
    'a.json': bundle('transaction', posted('urn:uuid:c', condition('c', 'urn:uuid:p1'))),
    'b.ndjson': [anna],
  };
  const { records, tally } = await readFiles(files);
  expect(records[0].events).toEqual([]);
  expect(skippedIn(tally)).toEqual({ 'Condition: reference to an entry that is not in the bundle': 1 });
});

it('an encounter that is not there is noted once, with how often', async () => {
  const at = { encounter: { reference: 'Encounter/nowhere' } };
  const { records, tally } = await readFiles({
    'a.ndjson': [anna, condition('c', 'Patient/p1', 'E11.9', at), condition('d', 'Patient/p1', 'I10', at)],
  });
  expect(records[0].events).toHaveLength(2);
  expect([...tally.notes]).toEqual([['encounter not in the source, or not read', 2]]);
  expect(tally.problems).toHaveLength(1);
});
