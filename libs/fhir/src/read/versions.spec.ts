import { describe, expect, it } from 'vitest';
import { System } from '@ehrsynth/records';
import {
  bundle,
  condition,
  type Files,
  inError,
  man,
  peopleIn,
  readFiles,
  skippedIn,
  type TestEntry,
  version,
  woman,
} from '../testing/source.ts';

const old = condition('c', 'Patient/1', 'E11.9', version(1));
const corrected = condition('c', 'Patient/1', 'I10', version(2));
const withdrawn = condition('c', 'Patient/1', 'E11.9', { ...inError, ...version(2) });

describe('the newest version counts', () => {
  const both = (a: object, b: object): [Files, Files] => [
    { 'a.ndjson': [woman('1'), a], 'b.ndjson': [b] },
    { 'a.ndjson': [woman('1'), b], 'b.ndjson': [a] },
  ];
  const numbered = (code: string, number: string) => condition('c', 'Patient/1', code, { meta: { versionId: number } });
  const { meta } = version(2);
  const subsetted = condition('c', 'Patient/1', 'E11.9', { meta: { ...meta, tag: [{ code: 'SUBSETTED' }] } });
  const undated = (code: string, lastUpdated: string) => condition('c', 'Patient/1', code, { meta: { lastUpdated } });
  const rows: [string, [Files, Files], string, Record<string, number>][] = [
    ['corrected', both(old, corrected), 'I10', { 'Condition: older version': 1 }],
    [
      'entered in error',
      both(old, withdrawn),
      '',
      { 'Condition: older version': 1, 'Condition: status entered-in-error': 1 },
    ],
    [
      'entered in error, without a subject',
      both(old, { ...withdrawn, subject: undefined }),
      '',
      { 'Condition: deleted': 1, 'Condition: status entered-in-error': 1 },
    ],
    [
      'confirmed after all',
      both({ ...old, ...inError }, corrected),
      'I10',
      { 'Condition: status entered-in-error': 1 },
    ],
    [
      'by number, not as text',
      both(numbered('E11.9', '9'), numbered('I10', '10')),
      'I10',
      { 'Condition: older version': 1 },
    ],
    [
      'by date before number',
      both({ ...old, ...version(7, 1) }, { ...corrected, ...version(3, 2) }),
      'I10',
      { 'Condition: older version': 1 },
    ],
    ['of a patient', both(man('1', { birthDate: '1950-01-01', ...version(1) }), woman('1', version(2))), '', {}],
    [
      'by a date without a zone',
      both(undated('E11.9', '2024-01-01T23:59:59'), undated('I10', '2024-01-02T00:00:00Z')),
      'I10',
      {},
    ],
    ['in full, not the parts that a search asked for', both(corrected, subsetted), 'I10', {}],
  ];
  it.each(rows)('%s', async (_, orders, codes, skipped) => {
    for (const files of orders) {
      const { records, tally } = await readFiles(files);
      expect(peopleIn(records)).toEqual([`female 1950-01-01: ${codes}`.replace(/: $/, ':')]);
      expect(skippedIn(tally)).toMatchObject(skipped);
    }
  });

  it('whichever file comes first, where only some have a date or a number', async () => {
    const marks = [
      { lastUpdated: '2020-01-01T00:00:00Z' },
      { versionId: '1' },
      { lastUpdated: '2019-01-01T00:00:00Z', versionId: '2' },
      {},
    ];
    const copies = ['E11.9', 'I10', 'C61', 'J45.909'].map((code, i) =>
      condition('c', 'Patient/1', code, { meta: marks[i] }),
    );
    for (const a of copies) {
      for (const b of copies) {
        const rest = copies.filter((one) => one !== a && one !== b);
        const { records } = await readFiles({ 'a.ndjson': [...new Set([a, b]), ...rest, woman('1')] });
        expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9']);
      }
    }
  });

  it('of an encounter and a medication too', async () => {
    const visit = (start: string, number: number) => ({
      resourceType: 'Encounter',
      id: 'e',
      status: 'finished',
      class: { code: 'AMB' },
      subject: { reference: 'Patient/1' },
      period: { start },
      ...version(number),
    });
    const drug = (code: string, number: number) => ({
      resourceType: 'Medication',
      id: 'm',
      code: { coding: [{ system: System.ndc, code }] },
      ...version(number),
    });
    const request = {
      resourceType: 'MedicationRequest',
      id: 'r',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/1' },
      medicationReference: { reference: 'Medication/m' },
    };
    const { records, tally } = await readFiles({
      'a.ndjson': [woman('1'), visit('2020-02-02', 2), drug('68180051301', 2), request],
      'b.ndjson': [visit('2020-01-01', 1), drug('00093104801', 1)],
    });
    expect(records[0].encounters).toMatchObject([{ start: '2020-02-02' }]);
    expect(records[0].events.map(({ code }) => code.code)).toEqual(['68180051301']);
    expect(tally.used.get('Medication')).toBe(1);
    expect(skippedIn(tally)).toEqual({ 'Encounter: older version': 1, 'Medication: older version': 1 });
  });

  it('a resource that was moved to another patient counts once, for the newer one', async () => {
    const moved = { ...corrected, subject: { reference: 'Patient/2' } };
    for (const [a, b] of [
      [old, moved],
      [moved, old],
    ]) {
      const { records, tally } = await readFiles({ 'a.ndjson': [woman('1'), man('2'), a], 'b.ndjson': [b] });
      expect(peopleIn(records)).toEqual(['female 1950-01-01:', 'male 1990-01-01: I10']);
      expect(skippedIn(tally)).toEqual({ 'Condition: older version, of another patient': 1 });
    }
  });

  it('a repeat is no fault; of two Patients without a date the later is read, and noted', async () => {
    const page = { 'a.ndjson': [woman('1'), old], 'b.ndjson': [woman('1'), old] };
    const repeated = await readFiles(page);
    expect(repeated.tally.problems).toEqual([]);
    expect(skippedIn(repeated.tally)).toEqual({
      'Patient: the same id came before': 1,
      'Condition: the same id came before': 1,
    });
    const differing = await readFiles({ ...page, 'b.ndjson': [man('1', { birthDate: '1950-01-01' })] });
    expect(peopleIn(differing.records)).toEqual(['male 1950-01-01: E11.9']);
    expect([...differing.tally.notes]).toEqual([['two Patients with one id and no date: the later one is read', 1]]);
  });
});

describe('what was deleted is not counted', () => {
  const deletion = (url: string, more: object = {}): TestEntry => ({
    request: { method: 'DELETE', url },
    ...more,
  });
  const dated = (day: number) => ({ response: { lastModified: `2024-01-0${day}T00:00:00Z` } });
  const person = [woman('1'), condition('d', 'Patient/1', 'C50.911')];
  const entry = (resource: { resourceType: string; id?: string }) => ({
    fullUrl: `http://x/${resource.resourceType}/${resource.id}`,
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  });
  const undated = condition('c', 'Patient/1', 'I10');
  const history = (...entries: TestEntry[]): Files => ({
    'h.json': bundle('history', ...entries, ...person.map(entry)),
  });
  const rows: [string, Files, string][] = [
    [
      'a folder',
      { 'c.ndjson': [...person, old], 'deleted/Condition.ndjson': [bundle('transaction', deletion('Condition/c'))] },
      '',
    ],
    [
      'a folder that is read first',
      { 'z/c.ndjson': [...person, old], 'deleted/b.ndjson': [bundle('transaction', deletion('Condition/c'))] },
      '',
    ],
    [
      'a folder, by the address on a server',
      {
        'c.ndjson': [...person, old],
        'deleted/b.ndjson': [bundle('transaction', deletion('https://x/fhir/Condition/c'))],
      },
      '',
    ],
    ['a folder of the resources themselves', { 'c.ndjson': [...person, old], 'deleted/Condition.ndjson': [old] }, ''],
    ['a folder in capitals', { 'c.ndjson': [...person, old], 'x/DELETED/c.ndjson': [old] }, ''],
    ['a file of the resources themselves', { 'c.ndjson': [...person, old], 'deleted.ndjson': [old] }, ''],
    ['a file in a folder', { 'c.ndjson': [...person, old], 'x/Deleted-1.ndjson': [old] }, ''],
    ['no file of another name', { 'c.ndjson': [...person, old], 'undeleted.ndjson': [corrected] }, 'I10'],
    [
      'a line elsewhere',
      { 'c.ndjson': [...person, old], 'gone.ndjson': [bundle('transaction', deletion('Condition/c'))] },
      '',
    ],
    [
      'a list, dated before a later version',
      {
        'c.ndjson': [...person, corrected],
        'deleted/b.ndjson': [bundle('transaction', deletion('Condition/c', dated(1)))],
      },
      'I10',
    ],
    [
      'a list that is older than a later version',
      {
        'c.ndjson': [...person, corrected],
        'deleted/b.ndjson': [
          { ...bundle('transaction', deletion('Condition/c')), meta: { lastUpdated: '2024-01-01T12:00:00Z' } },
        ],
      },
      'I10',
    ],
    [
      'a list that is newer than every version',
      {
        'c.ndjson': [...person, corrected],
        'deleted/b.ndjson': [
          { ...bundle('transaction', deletion('Condition/c')), meta: { lastUpdated: '2024-01-03T12:00:00Z' } },
        ],
      },
      '',
    ],
    ['a transaction', { 'a.ndjson': [...person, old], 'b.json': bundle('transaction', deletion('Condition/c')) }, ''],
    [
      'a transaction, and put again by a later one',
      {
        'a.ndjson': [...person, old],
        'b.json': bundle('transaction', deletion('Condition/c')),
        'c.json': bundle('transaction', { resource: undated, request: { method: 'PUT', url: 'Condition/c' } }),
      },
      'I10',
    ],
    [
      'a history, newest first',
      history(deletion('Condition/c', { fullUrl: 'http://x/Condition/c' }), entry(undated)),
      '',
    ],
    [
      'a history, and created again',
      history(entry(undated), deletion('Condition/c', { fullUrl: 'http://x/Condition/c' })),
      'I10',
    ],
    ['a history by its dates', history(deletion('Condition/c', dated(1)), entry(corrected)), 'I10'],
    ['a history by the version in the address', history(entry(old), deletion('Condition/c/_history/2')), ''],
    ['a history by the entity tag', history(entry(old), deletion('Condition/c', { response: { etag: 'W/"2"' } })), ''],
  ];
  it.each(rows)('%s', async (_, files, code) => {
    const { records, tally } = await readFiles(files);
    expect(peopleIn(records)).toEqual([['female 1950-01-01: C50.911', code].join(' ').trim()]);
    expect('Condition: deleted' in skippedIn(tally)).toBe(code === '');
  });

  it('nor are the resources of a patient who was deleted', async () => {
    const files = {
      'c.ndjson': [woman('1'), old, man('2')],
      'deleted/b.ndjson': [bundle('transaction', deletion('Patient/1'))],
    };
    const { records, tally } = await readFiles(files);
    expect(peopleIn(records)).toEqual(['male 1990-01-01:']);
    expect(skippedIn(tally)).toEqual({ 'Patient: deleted': 1, 'Condition: patient deleted': 1 });
    expect(tally.problems).toEqual([]);
  });
});
