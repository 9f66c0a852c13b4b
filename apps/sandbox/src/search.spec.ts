import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { criterionOf } from './search/query.ts';
import { SearchIndex } from './search/search-index.ts';
import { sortedBy, sortRulesOf } from './search/sorting.ts';
import { ask, FHIR_JSON } from './testing/ask.ts';
import { clinicSandbox } from './testing/clinic-sandbox.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a server answers
type Answer = any;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await clinicSandbox();
});
afterAll(async () => sandbox.close());

async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { status, body } = await ask(sandbox.url, path.replaceAll(' ', '%20').replaceAll('|', '%7C'), { headers });
  return { status, ...JSON.parse(body) };
}
/** The ids of the matches, or with `~` of what came along, in alphabetical order; the status where it is an error. */
async function ids(path: string): Promise<string> {
  const { status, resourceType, entry = [], total } = await get(path);
  if (status !== 200) return String(status);
  expect(resourceType).toBe('Bundle');
  const found = entry.map(({ search, resource }: Answer) => (search.mode === 'match' ? '' : '~') + resource.id);
  expect(found.filter((id: string) => !id.startsWith('~'))).toHaveLength(total);
  return found.sort().join(' ');
}

const UCUM = 'http://unitsofmeasure.org';
const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';

describe('searches, as R4 has them:', () => {
  it.each([
    // Strings
    ['Patient?name=pet', 'ann'],
    ['Patient?name=CHLOE', 'ann'],
    ['Patient?family:contains=pet', 'ann bob'],
    ['Patient?family:exact=peters', ''],
    ['Patient?family:exact=Peters', 'ann'],
    ['Patient?name:missing=true', 'cy'],
    // Tokens
    ['Patient?gender=male,female', 'ann bob cy'],
    ['Patient?gender:not=male', 'ann'],
    ['Patient?gender=http://hl7.org/fhir/administrative-gender|male', 'bob cy'],
    ['Patient?gender=http://example.org|male', ''],
    ['Patient?identifier=urn:mrn|A\\,1', 'ann'],
    ['Patient?identifier=A\\,1', 'ann'],
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|A\\,1', 'ann'],
    ['Patient?phone=555-1', 'ann'],
    ['Patient?email:missing=false', ''],
    [`Condition?code=${ICD}|M10.9`, 'gout'],
    [`Condition?code=${ICD}|`, 'flu gout'],
    ['Condition?code=|M10.9', ''],
    ['Condition?code:text=gout', 'gout'],
    // References
    ['Condition?patient=ann', 'gout'],
    ['Condition?patient=Patient/ann', 'gout'],
    ['Condition?subject:Patient=ann', 'gout'],
    ['Condition?subject=Group/ann', ''],
    ['Condition?subject:Group=Patient/ann', ''],
    ['Patient?general-practitioner=doc', 'ann'],
    // Dates
    ['Patient?birthdate=1950', 'ann'],
    ['Patient?birthdate=ne1950', 'bob'],
    ['Patient?birthdate=gt1950-03-01', 'bob'],
    ['Patient?birthdate=ge1950-03-01&birthdate=lt1980-06-15', 'ann'],
    ['Encounter?date=2020-01-15', ''],
    ['Encounter?date=2020-01', 'visit'],
    ['Encounter?date=ge2020-01-15', 'visit'],
    ['Encounter?date=sa2020-01-09', 'visit'],
    ['Encounter?date=eb2020-01-20', ''],
    ['Encounter?date=eb2020-01-21', 'visit'],
    ['Condition?onset-date=2021-02-03', ''],
    ['Condition?onset-date=2021', 'flu'],
    ['Condition?_lastUpdated=gt2020', 'flu gout'],
    // Quantities
    [`Observation?value-quantity=gt100|${UCUM}|mg/dL`, 'high'],
    ['Observation?value-quantity=126||mg/dL', 'high'],
    ['Observation?value-quantity=126.0||mg/dL', ''],
    ['Observation?value-quantity=le90', 'low mmol'],
    ['Observation?value-quantity=ap95', 'low'],
    [`Observation?combo-value-quantity=140|${UCUM}|mm[Hg]`, 'bp'],
    // Composites: both parts in the same component
    ['Observation?code-value-quantity=2345-7$gt100', 'high'],
    ['Observation?component-code-value-quantity=8480-6$gt100', 'bp'],
    ['Observation?component-code-value-quantity=8462-4$gt100', ''],
    // Chains, both ways
    ['Observation?patient.name=peters', 'bp high low'],
    ['Observation?subject:Patient.gender=male', 'mmol'],
    ['Condition?patient.general-practitioner.name=muller', 'gout'],
    [`Patient?_has:Observation:patient:value-quantity=gt100|${UCUM}|mg/dL`, 'ann'],
    ['Patient?_has:Condition:patient:code=J11.1&gender=male', 'bob'],
    ['Practitioner?_has:Patient:general-practitioner:_has:Condition:patient:code=M10.9', 'doc'],
    // Compartments, the system
    ['Patient/ann/Condition', 'gout'],
    ['Patient/bob/*', 'bob flu mmol'],
    ['Patient/nobody/Condition', '404'],
    ['?_type=Condition,Encounter&_id=gout,visit', 'gout visit'],
    // What comes along
    ['Condition?_id=gout&_include=Condition:patient', 'gout ~ann'],
    ['Condition?_id=gout&_include=Condition:patient&_include:iterate=Patient:general-practitioner', 'gout ~ann ~doc'],
    ['Condition?_id=gout&_include=*', 'gout ~ann ~visit'],
    ['Patient?_id=bob&_revinclude=Observation:patient', 'bob ~mmol'],
    ['Patient?_id=bob&_revinclude=Condition:*', 'bob ~flu'],
  ])('%s → %s', async (path, expected) => {
    expect(await ids(path)).toBe(expected.split(' ').sort().join(' '));
  });

  it('orders by what is asked, with what has no value at the end', async () => {
    const order = async (path: string) => (await get(path)).entry.map(({ resource }: Answer) => resource.id);
    expect(await order('Patient?_sort=birthdate')).toEqual(['ann', 'bob', 'cy']);
    expect(await order('Patient?_sort=-birthdate')).toEqual(['bob', 'ann', 'cy']);
    expect(await order('Patient?_sort=-gender,family')).toEqual(['bob', 'cy', 'ann']);
    expect(await order('Observation?_sort=-date,_id')).toEqual(['high', 'mmol', 'bp', 'low']);
    expect(await order('Observation?_sort=value-quantity')).toEqual(['mmol', 'low', 'high', 'bp']);
  });

  it('finds what was changed as it is now, and nothing that is gone', async () => {
    const write = (method: string, resource: Answer) =>
      ask(sandbox.url, `Patient/${resource.id}`, { method, headers: FHIR_JSON, body: JSON.stringify(resource) });
    const dan = { resourceType: 'Patient', id: 'dan', name: [{ family: 'Danes' }] };
    await write('PUT', dan);
    expect(await ids('Patient?name=danes')).toBe('dan');
    await write('PUT', { ...dan, name: [{ family: 'Changed' }] });
    expect([await ids('Patient?name=danes'), await ids('Patient?name=changed')]).toEqual(['', 'dan']);
    await ask(sandbox.url, 'Patient/dan', { method: 'DELETE' });
    expect(await ids('Patient?name=changed')).toBe('');
  });
});

describe('the index', () => {
  it('is as it was after a transaction that failed', async () => {
    const entry = [
      {
        resource: { resourceType: 'Patient', id: 'ann', gender: 'other' },
        request: { method: 'PUT', url: 'Patient/ann' },
      },
      { resource: { resourceType: 'Patient', id: 'eve' }, request: { method: 'PUT', url: 'Patient/eve' } },
      { request: { method: 'DELETE', url: 'Patient/bob' } },
      {
        resource: { resourceType: 'Condition', subject: { reference: 'Patient?name=nobody' } },
        request: { method: 'POST', url: 'Condition' },
      },
    ];
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
    expect((await ask(sandbox.url, '', { method: 'POST', headers: FHIR_JSON, body })).status).toBe(412);
    expect(await ids('Patient')).toBe('ann bob cy');
    expect([await ids('Patient?gender=female'), await ids('Patient?gender=other')]).toEqual(['ann', '']);
    expect(await ids('Patient?family=van')).toBe('bob');
  });

  it('orders few of many as it orders all', () => {
    const index = new SearchIndex();
    for (let i = 0; i < 200; i++)
      index.put({ resourceType: 'Patient', id: `${i}`, birthDate: i === 7 ? undefined : `${2000 - i}-01-01` });
    const table = index.ofType('Patient');
    const order = (slots: number[], by: string) => sortedBy(table, slots, sortRulesOf(['Patient'], by));
    expect(order([7, 3, 9, 5], 'birthdate')).toEqual([9, 5, 3, 7]);
    expect(order([7, 3, 9, 5], '-birthdate')).toEqual([3, 5, 9, 7]);
    const all = Array.from({ length: 200 }, (_, i) => i);
    expect(order(all, 'birthdate')).toEqual([...all.filter((i) => i !== 7).reverse(), 7]);
  });

  it('does not grow with what is written over', () => {
    const index = new SearchIndex();
    const find = (value: string) => index.find('Patient', [criterionOf('Patient', 'gender', value)], '').length;
    for (let i = 0; i < 3000; i++)
      index.put({ resourceType: 'Patient', id: `${i % 3}`, gender: i < 2997 ? 'male' : 'female' });
    expect(index.ofType('Patient').length).toBeLessThan(1100);
    expect([find('male'), find('female')]).toEqual([0, 3]);
  });
});

describe('pages', () => {
  it('have the addresses of the others, which lead through all once', async () => {
    const first = await get('Observation?_count=3&_sort=_id');
    const link = ({ link: links }: Answer, name: string) =>
      links.find(({ relation }: Answer) => relation === name)?.url.slice(sandbox.url.length + 1);
    const second = await get(link(first, 'next'));
    const seen = [...first.entry, ...second.entry].map(({ resource }) => resource.id);
    expect(seen).toEqual(['bp', 'high', 'low', 'mmol']);
    expect(link(second, 'next')).toBeUndefined();
    expect(await get(link(second, 'previous'))).toEqual(first);
    expect((await get(link(first, 'last'))).entry).toHaveLength(1);
  });

  it('have no resources where only the number is asked', async () => {
    for (const asked of ['_count=0', '_summary=count']) {
      const { total, entry } = await get(`Observation?${asked}`);
      expect([total, entry]).toEqual([4, undefined]);
    }
    expect((await get('Observation?_total=none')).total).toBeUndefined();
  });
});

describe('parts of resources', () => {
  it.each([
    ['_summary=true', ['class', 'id', 'meta', 'participant', 'resourceType', 'status', 'subject']],
    ['_summary=text', ['class', 'id', 'meta', 'resourceType', 'status', 'text']],
    ['_summary=data', ['class', 'id', 'meta', 'participant', 'period', 'resourceType', 'status', 'subject']],
    ['_elements=period', ['class', 'id', 'meta', 'period', 'resourceType', 'status']],
  ])('%s: %j, marked as parts', async (asked, keys) => {
    const [{ resource }] = (await get(`Encounter?${asked}`)).entry;
    const { status, ...read } = await get(`Encounter/visit?${asked}`);
    expect(status).toBe('finished');
    for (const one of [resource, read]) {
      expect(Object.keys({ ...one, status: 1 }).sort()).toEqual(keys);
      expect(one.meta.tag).toMatchObject([{ code: 'SUBSETTED' }]);
    }
    expect((await get('Encounter?_summary=false')).entry[0].resource.text).toBeDefined();
  });
});

describe('what is not supported', () => {
  const CASES = ['favourite=x', '_text=x', 'name:fuzzy=x', 'subject.name=x', '_has:Condition:code:x=1', '_sort=x'];
  it.each([...CASES, '_include=Patient:x', '_filter=x', '_elements=x', '_contained=true', '_include=Nothing:x'])(
    'Patient?%s says so',
    async (query) => {
      const { status, resourceType, issue } = await get(`Patient?${query}`);
      expect([status, resourceType, issue[0].code]).toEqual([400, 'OperationOutcome', 'not-supported']);
    },
  );

  it.each(['gender:in=http://x', 'identifier:above=x', 'active:below=true', 'name:not=x', '_id:not=ann'])(
    'Patient?%s is turned down even where the client is lenient, as R4 wants of modifiers',
    async (query) => {
      expect((await get(`Patient?${query}`, { Prefer: 'handling=lenient' })).status).toBe(400);
    },
  );

  it('is left out and reported where the client is lenient', async () => {
    const answer = await get('Patient?favourite=x&gender=female', { Prefer: 'handling=lenient' });
    expect(answer.total).toBe(1);
    expect(answer.link[0].url).toBe(`${sandbox.url}/Patient?gender=female&_count=100`);
    expect(answer.entry.at(-1)).toMatchObject({
      search: { mode: 'outcome' },
      resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'warning', code: 'not-supported' }] },
    });
  });

  it.each([
    ...['birthdate=x', 'birthdate=2020-13', 'birthdate=', 'name:missing=x', '_count=x', '_summary=x'].map(
      (query) => `Patient?${query}`,
    ),
    '?_type=x',
    // Where another condition finds nothing already:
    'Patient?_id=zz&birthdate=x',
    'Observation?patient=nobody&value-quantity=a',
    'Observation?code-value-quantity=nothing$bad',
    'Observation?_id=zz&code-value-quantity=nothing',
    'Observation?_id=zz&patient.birthdate=x',
    'Patient?_id=zz&_has:Observation:patient:date=x',
  ])('%s has a wrong value', async (path) => {
    const { status, issue } = await get(path, { Prefer: 'handling=lenient' });
    expect([status, issue?.[0].code]).toEqual([400, 'value']);
  });

  it('as a condition of a write is an error, not a write of something else', async () => {
    const send = (method: string, path: string, more = {}) =>
      ask(sandbox.url, path, { method, headers: { ...FHIR_JSON, ...more }, body: '{"resourceType":"Patient"}' });
    expect((await send('DELETE', 'Patient?favourite=x')).status).toBe(400);
    expect((await send('DELETE', 'Patient')).status).toBe(400);
    expect((await send('PUT', 'Patient?gender=male')).status).toBe(412);
    expect((await send('POST', 'Patient', { 'If-None-Exist': 'favourite=x', Prefer: 'handling=lenient' })).status).toBe(
      400,
    );
    expect((await get('Patient?_summary=count')).total).toBe(3);
  });
});

describe('Patient/$everything', () => {
  it('has the compartment and what it refers to outside of it', async () => {
    expect(await ids('Patient/ann/$everything')).toBe('ann bp gout high low visit ~doc ~org');
    expect(await ids('Patient/bob/$everything?_type=Condition')).toBe('flu');
    expect(await ids('Patient/ann/$everything?start=2020-02-01')).toBe('ann high ~doc ~org');
    expect(await ids('Patient/ann/$everything?end=2020-01-11')).toBe('ann gout visit ~doc ~org');
    expect(await ids('Patient/ann/$everything?_since=2100-01-01')).toBe('');
    expect(await ids('Patient/$everything?_type=Patient,Condition')).toBe('ann bob cy flu gout');
    expect(await ids('Patient/nobody/$everything')).toBe('404');
    expect(await ids('Patient/ann/$everything?_type=Nothing')).toBe('400');
    expect(await ids('Patient/ann/$everything?name=x')).toBe('400');
  });

  it('comes in pages', async () => {
    let page = await get('Patient/ann/$everything?_count=4');
    const seen: string[] = [];
    while (page) {
      seen.push(
        ...page.entry.filter(({ search }: Answer) => search.mode === 'match').map((one: Answer) => one.fullUrl),
      );
      const next = page.link.find(({ relation }: Answer) => relation === 'next');
      page = next && (await get(next.url.slice(sandbox.url.length + 1)));
    }
    expect(new Set(seen).size).toBe(6);
    expect(seen).toHaveLength(6);
  });
});
