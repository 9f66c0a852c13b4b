import { expect, it } from 'vitest';
import { condition, man, peopleIn, readFiles, skippedIn, woman } from '../testing/source.ts';

const link = (type: string, id: string) => ({ type, other: { reference: `Patient/${id}` } });
const MERGED = 'Patient: merged into another patient';
const events = [condition('c', 'Patient/old', 'E11.9'), condition('d', 'Patient/new', 'I10')];
const survivor = woman('new');

it.each<[string, object[], number]>([
  ['replaced-by', [man('old', { active: false, link: [link('replaced-by', 'new')] }), survivor], 1],
  ['refer', [man('old', { link: [link('refer', 'new')] }), survivor], 1],
  ['replaces', [man('old'), { ...survivor, link: [link('replaces', 'old')] }], 1],
  ['both ways', [man('old', { link: [link('replaced-by', 'new')] }), { ...survivor, link: [link('replaces', 'old')] }], 1],
  ['a chain', [man('old', { link: [link('replaced-by', 'between')] }), man('between', { link: [link('replaced-by', 'new')] }), survivor], 2],
  ['a chain with a missing part', [man('old', { link: [link('replaced-by', 'between')] }), { ...survivor, link: [link('replaces', 'between')] }], 1],
])('patients merged by %s are one person, with what the surviving record says', async (_, patients, merged) => {
  for (const order of [[...patients, ...events], [...events].reverse().concat(patients as never)]) {
    const { records, tally } = await readFiles({ 'a.ndjson': order });
    expect(peopleIn(records)).toEqual(['female 1950-01-01: E11.9 I10']);
    expect(records[0].id).toBe('new');
    expect(skippedIn(tally)).toEqual({ [MERGED]: merged });
    expect(tally.problems).toEqual([]);
  }
}); // prettier-ignore

it('a cycle is one person', async () => {
  const files = {
    'a.ndjson': [woman('old', { link: [link('replaced-by', 'new')] }), woman('new', { link: [link('replaced-by', 'old')] }), ...events],
  }; // prettier-ignore
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
