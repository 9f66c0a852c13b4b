import { mkdtempSync, rmSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Vocabulary } from '@ehrsynth/vocab';
import { Client } from 'fhir-kit-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';

const vocabulary = new Vocabulary();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a server answers
type Answer = any;

let sandbox: Sandbox;
let client: Client;
beforeEach(async () => start());
afterEach(async () => sandbox.close());

async function start(options = {}): Promise<void> {
  sandbox = await startSandbox({ vocabulary, version: '0', ...options });
  client = new Client({ baseUrl: sandbox.url });
}

const uuid = (n: number) => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const identifier = (value: string) => [{ system: 'urn:oid:1.2.3', value }];
const patient = (value: string) => ({
  resourceType: 'Patient',
  identifier: identifier(value),
  gender: 'male',
  birthDate: '1970-01-01',
});
const condition = (subject: string, more = {}) => ({
  resourceType: 'Condition',
  subject: { reference: subject },
  code: { text: 'x' },
  ...more,
});
const post = (fullUrl: string, resource: { resourceType: string }, more = {}) => ({
  fullUrl,
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
});
const transaction = (...entry: object[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });

async function failure(promise: Promise<unknown>): Promise<{ status: number; text: string }> {
  const error = (await promise.then(() => undefined).catch((reason) => reason)) as Answer;
  return { status: error.response.status, text: JSON.stringify(error.response.data.issue) };
}

describe('the sandbox', () => {
  it('creates, reads, updates, patches, deletes, and keeps the history', async () => {
    const made = (await client.create({ resourceType: 'Patient', body: patient('1') as Answer })) as Answer;
    const at = { resourceType: 'Patient', id: made.id as string };
    await client.update({ ...at, body: { ...made, gender: 'female' } });
    await client.patch({ ...at, jsonPatch: [{ op: 'replace', path: '/birthDate', value: '1971-01-01' }] });
    expect(await client.read(at)).toMatchObject({ gender: 'female', birthDate: '1971-01-01' });
    const history = (await client.request(`Patient/${made.id}/_history`)) as Answer;
    expect(history.entry).toHaveLength(3);
    await client.delete(at);
    expect((await failure(client.read(at))).status).toBe(404);
  });

  it('resolves the addresses of a transaction, whatever the order', async () => {
    await client.transaction({
      body: transaction(post(uuid(2), condition(uuid(1))), post(uuid(1), patient('1'))) as Answer,
    });
    const found = (await client.search({
      resourceType: 'Condition',
      searchParams: { _include: 'Condition:subject' },
    })) as Answer;
    const [ill, person] = found.entry.map((entry: Answer) => entry.resource);
    expect(ill.subject.reference).toBe(`Patient/${person.id}`);
  });

  it('creates on a condition once, and lets others refer to what was there', async () => {
    const body = transaction(
      post(uuid(1), patient('1'), { ifNoneExist: 'identifier=urn:oid:1.2.3|1' }),
      post(uuid(2), condition(uuid(1))),
    ) as Answer;
    const first = (await client.transaction({ body })) as Answer;
    const second = (await client.transaction({ body })) as Answer;
    const status = (bundle: Answer) => bundle.entry.map((entry: Answer) => entry.response.status);
    expect([status(first), status(second)]).toEqual([
      ['201', '201'],
      ['200', '201'],
    ]);
    expect(sandbox.size()).toBe(3);
    const found = (await client.search({ resourceType: 'Condition', searchParams: {} })) as Answer;
    const subjects = found.entry.map((entry: Answer) => entry.resource.subject.reference);
    expect(new Set(subjects).size).toBe(1);
  });

  it('does all of a transaction or nothing', async () => {
    await client.create({ resourceType: 'Patient', body: patient('2') as Answer });
    await client.create({ resourceType: 'Patient', body: patient('2') as Answer });
    const body = transaction(
      post(uuid(1), patient('1')),
      post(uuid(2), condition(uuid(1))),
      post(uuid(3), condition('Patient?identifier=urn:oid:1.2.3|2')),
    ) as Answer;
    expect((await failure(client.transaction({ body }))).status).toBe(412);
    expect(sandbox.size()).toBe(2);
  });

  it('turns down what is invalid, refers to nothing, or is made invalid, and says why', async () => {
    const wrong = { ...patient('1'), gender: 'mail' } as Answer;
    expect(await failure(client.create({ resourceType: 'Patient', body: wrong }))).toMatchObject({
      status: 422,
      text: expect.stringContaining('mail is not in the required value set'),
    });
    const lost = condition('Patient/nobody') as Answer;
    expect((await failure(client.create({ resourceType: 'Condition', body: lost }))).text).toContain('does not exist');
    const made = (await client.create({ resourceType: 'Patient', body: patient('1') as Answer })) as Answer;
    const jsonPatch = [{ op: 'replace' as const, path: '/gender', value: 'mail' }];
    expect((await failure(client.patch({ resourceType: 'Patient', id: made.id, jsonPatch }))).status).toBe(422);
    expect(await client.read({ resourceType: 'Patient', id: made.id })).toMatchObject({ gender: 'male' });
    const options = { headers: { 'content-type': 'application/fhir+json' } };
    const cut = client.request('Patient', { method: 'POST', body: '{', options });
    expect((await failure(cut)).status).toBe(400);
  });

  it('handles each entry of a batch for itself', async () => {
    const body = {
      ...transaction(post(uuid(1), patient('1')), post(uuid(2), { ...patient('2'), gender: 'x' } as Answer)),
      type: 'batch',
    } as Answer;
    const answer = (await client.batch({ body })) as Answer;
    expect(answer.entry.map((entry: Answer) => entry.response.status)).toEqual(['201', '422']);
    expect(sandbox.size()).toBe(1);
  });

  it('searches by identifier, reference and date, page by page', async () => {
    const people = Array.from({ length: 25 }, (_, i) => post(uuid(i), patient(`${i}`)));
    const illnesses = people.map((person, i) =>
      post(uuid(100 + i), condition(person.fullUrl, { onsetDateTime: `2010-01-${10 + (i % 10)}` })),
    );
    await client.transaction({ body: transaction(...people, ...illnesses) as Answer });
    const one = (await client.search({
      resourceType: 'Patient',
      searchParams: { identifier: 'urn:oid:1.2.3|7' },
    })) as Answer;
    expect(one.total).toBe(1);
    const of = {
      resourceType: 'Condition',
      searchParams: { patient: `Patient/${one.entry[0].resource.id}` },
    };
    expect(((await client.search(of)) as Answer).total).toBe(1);
    const from = {
      resourceType: 'Condition',
      searchParams: { 'onset-date': 'ge2010-01-15', _summary: 'count' },
    };
    expect(((await client.search(from)) as Answer).total).toBe(10);
    const seen = new Set<string>();
    let page = (await client.search({ resourceType: 'Patient', searchParams: { _count: 10 } })) as Answer;
    const sizes: number[] = [];
    while (page) {
      sizes.push(page.entry.length);
      page.entry.forEach((entry: Answer) => seen.add(entry.resource.id));
      page = await client.nextPage({ bundle: page });
    }
    expect(sizes).toEqual([10, 10, 5]);
    expect(seen.size).toBe(25);
  });

  it('exports in bulk: system, patients or a group, types, since', async () => {
    const body = transaction(
      post(uuid(1), patient('1')),
      post(uuid(2), patient('2')),
      post(uuid(3), condition(uuid(2))),
      post(uuid(4), { resourceType: 'Organization', name: 'x' } as Answer),
    ) as Answer;
    await client.transaction({ body });
    const [person] = ((await client.search({ resourceType: 'Patient', searchParams: { identifier: '1' } })) as Answer)
      .entry;
    const group = {
      resourceType: 'Group',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: `Patient/${person.resource.id}` } }],
    };
    const { id } = (await client.create({ resourceType: 'Group', body: group as Answer })) as Answer;
    const counts = async (path: string) => {
      const kickOff = await fetch(`${sandbox.url}/${path}`, { headers: { Prefer: 'respond-async' } });
      const status = kickOff.headers.get('content-location')!;
      expect((await fetch(status)).status).toBe(202);
      const manifest = (await (await fetch(status)).json()) as Answer;
      const lines = await Promise.all(
        manifest.output.map(async ({ url }: Answer) => (await (await fetch(url)).text()).trim().split('\n').length),
      );
      return Object.fromEntries(manifest.output.map(({ type }: Answer, i: number) => [type, lines[i]]));
    };
    expect(await counts('$export')).toEqual({ Patient: 2, Condition: 1, Organization: 1, Group: 1 });
    expect(await counts('Patient/$export')).toEqual({ Patient: 2, Condition: 1 });
    expect(await counts(`Group/${id}/$export`)).toEqual({ Patient: 1 });
    expect(await counts('$export?_type=Condition')).toEqual({ Condition: 1 });
    expect(await counts(`$export?_since=${new Date().toISOString()}`)).toEqual({});
  });

  it('has its data again after a restart, but for a last line that was cut off', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    await sandbox.close();
    await start({ dataFolder });
    await client.transaction({
      body: transaction(post(uuid(1), patient('1')), post(uuid(2), condition(uuid(1)))) as Answer,
    });
    const made = (await client.create({ resourceType: 'Patient', body: patient('2') as Answer })) as Answer;
    await client.update({ resourceType: 'Patient', id: made.id, body: { ...made, gender: 'female' } });
    await sandbox.close();
    appendFileSync(join(dataFolder, 'changes.ndjson'), '[{"put":{"resourceType":"Pat');
    for (let i = 0; i < 2; i++) {
      await start({ dataFolder });
      expect(sandbox.size()).toBe(3);
      const found = (await client.search({
        resourceType: 'Patient',
        searchParams: { identifier: 'urn:oid:1.2.3|2' },
      })) as Answer;
      expect(found.entry).toMatchObject([{ resource: { gender: 'female' } }]);
      expect(((await client.request(`Patient/${made.id}/_history`)) as Answer).entry).toHaveLength(2);
      if (i === 0) await sandbox.close();
    }
    rmSync(dataFolder, { recursive: true });
  });
});
