import { describe, expect, it } from 'vitest';
import { condition, man, peopleIn, readFiles, skippedIn, woman } from '../testing/source.ts';

const link = (type: string, id: string) => ({ type, other: { reference: `Patient/${id}` } });
const MERGED = 'Patient: merged into another patient';
const events = [condition('c', 'Patient/old', 'E11.9'), condition('d', 'Patient/new', 'I10')];
const survivor = woman('new');

it.each<[string, object[], number]>([
  ['replaced-by', [man('old', { active: false, link: [link('replaced-by', 'new')] }), survivor], 1],
  ['refer', [man('old', { link: [link('refer', 'new')] }), survivor], 1],
  ['replaces', [man('old'), { ...survivor, link: [link('replaces', 'old')] }], 1],
  [
    'both ways',
    [man('old', { link: [link('replaced-by', 'new')] }), { ...survivor, link: [link('replaces', 'old')] }],
    1,
  ],
  [
    'a chain',
    [
      man('old', { link: [link('replaced-by', 'between')] }),
      man('between', { link: [link('replaced-by', 'new')] }),
      survivor,
    ],
    2,
  ],
  [
    'a chain with a missing part',
    [man('old', { link: [link('replaced-by', 'between')] }), { ...survivor, link: [link('replaces', 'between')] }],
    1,
  ],
])('patients merged by %s are one person, with what the surviving record says', async (_, patients, merged) => {
  for (const order of [[...patients, ...events], [...events].reverse().concat(patients as never)]) {
    const { records, tally } = await readFiles({ 'a.ndjson': order });
    expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9 I10']);
    expect(records[0].id).toBe('new');
    expect(skippedIn(tally)).toEqual({ [MERGED]: merged });
    expect(tally.problems).toEqual([]);
  }
});

it('a cycle is one person', async () => {
  const files = {
    'a.ndjson': [
      woman('old', { link: [link('replaced-by', 'new')] }),
      woman('new', { link: [link('replaced-by', 'old')] }),
      ...events,
    ],
  };
  const { records } = await readFiles(files);
  expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9 I10']);
});

it('a patient who says the record is its own successor is read', async () => {
  const { records } = await readFiles({ 'a.ndjson': [woman('1', { link: [link('replaced-by', '1')] })] });
  expect(records).toHaveLength(1);
});

it('seealso is no merge, nor is an inactive record', async () => {
  const patients = [man('old', { active: false, link: [link('seealso', 'new')] }), survivor];
  const { records } = await readFiles({ 'a.ndjson': [...patients, ...events] });
  expect(peopleIn(records)).toEqual(['female 1950-01-01: I10', 'male 1990-01-01: E11.9']);
});

it('a patient merged into one that is not in the source is kept, and that is noted', async () => {
  const patients = [woman('old', { link: [link('replaced-by', 'elsewhere')] })];
  const { records, tally } = await readFiles({ 'a.ndjson': [...patients, events[0]] });
  expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9']);
  expect([...tally.notes]).toEqual([['merged into a patient who is not in the source: kept', 1]]);
});

it('a link that a newer version does not have any more joins nobody', async () => {
  const meta = (day: number) => ({ meta: { lastUpdated: `2024-01-0${day}T00:00:00Z` } });
  const files = {
    'a.ndjson': [man('old', meta(2)), survivor, ...events],
    'b.ndjson': [man('old', { link: [link('replaced-by', 'new')], ...meta(1) })],
  };
  expect(peopleIn((await readFiles(files)).records)).toHaveLength(2);
});

it.each<[string, object[], string[], string[]]>([
  [
    'two others, which stay apart',
    [woman('old', { link: [link('replaced-by', 'new'), link('replaced-by', 'he')] })],
    ['female 1950-01-01: E11.9', 'female 1950-01-01: I10', 'male 1990-01-01: C61'],
    ['old'],
  ],
  [
    'two others, by links of either side',
    [woman('old', { link: [link('replaced-by', 'new')] }), man('x', { link: [link('replaces', 'old')] })],
    ['female 1950-01-01: E11.9', 'female 1950-01-01: I10', 'male 1990-01-01: C61', 'male 1990-01-01:'].sort(),
    ['old'],
  ],
  [
    'one, once directly and once over another',
    [
      woman('old', { link: [link('replaced-by', 'new'), link('replaced-by', 'between')] }),
      woman('between', { link: [link('replaced-by', 'new')] }),
    ],
    ['female 1950-01-01: E11.9 I10', 'male 1990-01-01: C61'],
    [],
  ],
])('a patient merged into %s', async (_, patients, people, divided) => {
  const rest = [survivor, man('he'), condition('e', 'Patient/he', 'C61'), ...events];
  for (const order of [[...patients, ...rest], [...rest, ...patients].reverse()]) {
    const { records, tally } = await readFiles({ 'a.ndjson': order });
    expect(peopleIn(records)).toEqual(people);
    const reason = 'merged into several patients: kept as a record of its own';
    expect([...tally.notes]).toEqual(divided.map(() => [reason, 1]));
  }
});

describe('a link by identifier', () => {
  const id = (value: string) => ({ system: 'http://hosp/mrn', value });
  const by = (type: string, value: string) => ({ link: [{ type, other: { identifier: id(value) } }] });
  it.each<[string, object[], number, string[]]>([
    ['replaced-by', [man('old', by('replaced-by', '2')), woman('new', { identifier: [id('2')] })], 1, []],
    ['replaces', [man('old', { identifier: [id('1')] }), woman('new', by('replaces', '1'))], 1, []],
    [
      'that several have',
      [
        man('old', by('replaced-by', '2')),
        woman('new', { identifier: [id('2')] }),
        woman('twin', { identifier: [id('2')] }),
      ],
      3,
      ['link by identifier: several patients'],
    ],
    [
      'that none has',
      [man('old', by('replaced-by', '3')), woman('new', { identifier: [id('2')] })],
      2,
      ['link by identifier: no such patient'],
    ],
    ['seealso', [man('old', by('seealso', '2')), woman('new', { identifier: [id('2')] })], 2, []],
  ])('%s', async (_, patients, people, notes) => {
    const { records, tally } = await readFiles({ 'a.ndjson': [...events, ...patients] });
    expect(records).toHaveLength(people);
    if (people === 1) expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9 I10']);
    expect([...tally.notes.keys()]).toEqual(notes);
  });
});
