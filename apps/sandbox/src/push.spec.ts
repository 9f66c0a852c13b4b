import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FhirServer, push, type PushOptions, Receipt, removeByReceipt, SHARED } from '@ehrsynth/fhir';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';
import { FAULTS, faultProxy } from './testing/fault-proxy.ts';
import { exported, RESOURCES_A_PATIENT } from './testing/records.ts';

const vocabulary = new Vocabulary();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a server answers
type Answer = any;
const options: PushOptions = { as: 'transaction', size: 200, concurrency: 4, retries: { firstDelayMs: 1 } };
const onlyShared = (unit: string) => unit === SHARED;

let sandbox: Sandbox;
let work: string;
beforeEach(async () => {
  sandbox = await startSandbox({ vocabulary, version: '0' });
  work = mkdtempSync(join(tmpdir(), 'push-'));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(work, { recursive: true });
});

const receipt = (name = 'receipt', url = sandbox.url) => Receipt.create(join(work, name), url, onlyShared);

async function found(path: string): Promise<Answer> {
  return (await new FhirServer({ url: sandbox.url }).request(path)).body;
}

describe('push', () => {
  const sources = {} as Record<'bundles' | 'ndjson', string>;
  beforeAll(async () => {
    for (const format of ['bundles', 'ndjson'] as const) sources[format] = await exported(30, format, vocabulary);
  });
  afterAll(() => Object.values(sources).forEach((folder) => rmSync(folder, { recursive: true })));

  it.each([
    ['bundles', 'transaction'],
    ['bundles', 'batch'],
    ['ndjson', 'transaction'],
    ['ndjson', 'batch'],
  ] as const)('sends %s as %s: every resource once, references resolved', async (format, as) => {
    const server = new FhirServer({ url: sandbox.url });
    const first = await push(sources[format], server, await receipt(), { ...options, as });
    expect(first).toMatchObject({ created: 30 * RESOURCES_A_PATIENT, existed: 0, rejected: 0 });
    // A second push, with a receipt that knows nothing of the first, finds all there.
    const second = await push(sources[format], server, await receipt('again'), { ...options, as });
    expect(second).toMatchObject({ created: 0, existed: 30 * RESOURCES_A_PATIENT });
    expect(sandbox.size()).toBe(30 * RESOURCES_A_PATIENT);
    const [person] = (await found('Patient?identifier=urn:ehrsynth:patient|patient-7')).entry;
    for (const [type, count] of Object.entries({
      Encounter: 2,
      Condition: 2,
      MedicationRequest: 1,
      Procedure: 1,
    })) {
      expect((await found(`${type}?patient=Patient/${person.resource.id}`)).total).toBe(count);
    }
    const [condition] = (await found(`Condition?patient=Patient/${person.resource.id}&_count=1`)).entry;
    expect(await found(condition.resource.encounter.reference)).toMatchObject({ resourceType: 'Encounter' });
  });

  it('sends what belongs to no patient first, and refers to it by the ids that it got', async () => {
    const source = join(work, 'source');
    mkdirSync(source);
    const lines = (name: string, ...resources: object[]) =>
      writeFileSync(join(source, `${name}.ndjson`), resources.map((resource) => JSON.stringify(resource)).join('\n'));
    lines('Location', {
      resourceType: 'Location',
      id: 'l',
      name: 'Ward',
      managingOrganization: { reference: 'Organization/o' },
    });
    lines(
      'Organization',
      { resourceType: 'Organization', id: 'o', name: 'Clinic', partOf: { reference: 'Organization/p' } },
      { resourceType: 'Organization', id: 'p', name: 'Trust' },
    );
    lines('Patient', {
      resourceType: 'Patient',
      id: 'a',
      managingOrganization: { reference: 'Organization/o' },
    });
    lines(
      'Observation',
      ...Array.from({ length: 450 }, (_, i) => ({
        resourceType: 'Observation',
        id: `o${i}`,
        status: 'final',
        code: { text: 'x' },
        valueInteger: i,
        subject: { reference: 'Patient/a' },
      })),
    );
    // It is part of nobody's record, and goes with that of which it says where it comes from.
    lines('Provenance', {
      resourceType: 'Provenance',
      id: 'v',
      target: [{ reference: 'Observation/o449' }, { reference: 'Patient/a' }],
      recorded: '2020-01-01T00:00:00Z',
      agent: [{ who: { reference: 'Organization/o' } }],
    });
    const server = new FhirServer({ url: sandbox.url });
    expect(await push(source, server, await receipt(), options)).toMatchObject({ created: 455, bundles: 4 });
    const [{ resource: provenance }] = (await found('Provenance')).entry;
    expect(await found(provenance.target[0].reference)).toMatchObject({ valueInteger: 449 });
    const [{ resource: location }] = (await found('Location')).entry;
    expect(await found(location.managingOrganization.reference)).toMatchObject({ name: 'Clinic' });
    const [{ resource: person }] = (await found('Patient')).entry;
    expect(person.managingOrganization.reference).toBe(location.managingOrganization.reference);
    expect((await found(`Observation?subject=Patient/${person.id}&_summary=count`)).total).toBe(450);
    // Alike but for their ids, and without identifiers: still each of them once.
    expect(await push(source, server, await receipt('again'), options)).toMatchObject({
      created: 0,
      existed: 455,
    });
  });

  it('keeps what is turned down with the reason, and sends the rest', async () => {
    const source = await exported(5, 'bundles', vocabulary);
    const name = readdirSync(join(source, '0000'))[2];
    const path = join(source, '0000', name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"gender": "(fe)?male"/, '"gender": "mail"'));
    const server = new FhirServer({ url: sandbox.url });
    const counts = await push(source, server, await receipt(), options);
    expect(counts).toMatchObject({
      created: 4 * RESOURCES_A_PATIENT,
      rejectedBundles: 1,
      rejected: RESOURCES_A_PATIENT,
    });
    const rejected = (file: string) =>
      JSON.parse(readFileSync(join(work, 'receipt', 'rejected', file), 'utf8')) as Answer;
    expect(JSON.stringify(rejected('0001.outcome.json'))).toContain('mail is not in the required value set');
    // Mended, it goes through, and nothing else is sent again.
    writeFileSync(path, readFileSync(path, 'utf8').replace('"mail"', '"male"'));
    const again = await push(
      source,
      server,
      await Receipt.open(join(work, 'receipt'), sandbox.url, onlyShared),
      options,
    );
    expect(again).toMatchObject({ created: RESOURCES_A_PATIENT, skippedUnits: 4, rejectedBundles: 0 });
    rmSync(source, { recursive: true });
  });

  it('deletes what it made, and nothing that was there', async () => {
    const server = new FhirServer({ url: sandbox.url });
    const few = await exported(3, 'ndjson', vocabulary);
    await push(few, server, await receipt('few'), options);
    await push(sources.ndjson, server, await receipt('all'), options);
    const removed = await removeByReceipt(await Receipt.open(join(work, 'all'), sandbox.url), server);
    expect(removed).toEqual({ deleted: 27 * RESOURCES_A_PATIENT, refused: 0 });
    expect(sandbox.size()).toBe(3 * RESOURCES_A_PATIENT);
    rmSync(few, { recursive: true });
  });

  const DAY_MS = 24 * 3_600_000;
  it.each([
    ['two days behind ours', -2 * DAY_MS],
    ['as ours', 0],
    ['two days ahead of ours', 2 * DAY_MS],
  ])('knows what it made when answers get lost, with a server whose clock is %s', async (_, clockMs) => {
    const few = await exported(5, 'bundles', vocabulary);
    await push(few, new FhirServer({ url: sandbox.url }), await receipt('few'), options);
    const before = sandbox.size();
    // Every other answer gets lost after the work was done.
    const faults = ['drop the answer', 'answer 500 after the work', 'cut the answer'] as const;
    const proxy = await faultProxy(sandbox.url, 0.5, 3, { faults, clockMs });
    const server = new FhirServer({ url: proxy.url, retries: { firstDelayMs: 1, attempts: 30 } });
    const counts = await push(sources.bundles, server, await receipt('all', proxy.url), options);
    expect(counts).toMatchObject({ created: 25 * RESOURCES_A_PATIENT, existed: 5 * RESOURCES_A_PATIENT });
    for (const fault of faults) expect(proxy.done.get(fault), fault).toBeGreaterThan(2);
    await removeByReceipt(await Receipt.open(join(work, 'all'), proxy.url), server);
    expect(sandbox.size()).toBe(before);
    await proxy.close();
    rmSync(few, { recursive: true });
  });

  it('knows what it made when it was killed before it could note it', async () => {
    const few = await exported(5, 'bundles', vocabulary);
    const server = new FhirServer({ url: sandbox.url });
    await push(few, server, await receipt('few'), options);
    await push(sources.bundles, server, await receipt('all'), options);
    // Only that units were begun got to the disk; the server has all.
    const path = join(work, 'all', 'receipt.jsonl');
    const kept = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => /"(server|push|begun)":/.test(line));
    writeFileSync(path, `${kept.join('\n')}\n`);
    const again = await Receipt.open(join(work, 'all'), sandbox.url, onlyShared);
    expect(await push(sources.bundles, server, again, options)).toMatchObject({
      created: 25 * RESOURCES_A_PATIENT,
      existed: 5 * RESOURCES_A_PATIENT,
    });
    await removeByReceipt(await Receipt.open(join(work, 'all'), sandbox.url), server);
    expect(sandbox.size()).toBe(5 * RESOURCES_A_PATIENT);
    rmSync(few, { recursive: true });
  });

  it('refuses a receipt of another server, a second push into one, and none at all', async () => {
    await receipt();
    await expect(receipt()).rejects.toThrow('The folder has the receipt of an earlier push');
    await expect(Receipt.open(join(work, 'receipt'), 'http://other')).rejects.toThrow('belongs to another server');
    const edited = { unit: 'x', key: 'k', id: 'Patient?gender=male', made: true };
    appendFileSync(join(work, 'receipt', 'receipt.jsonl'), `${JSON.stringify(edited)}\n`);
    await expect(Receipt.open(join(work, 'receipt'), sandbox.url)).rejects.toThrow(
      /not a resource of a server[\s\S]*receipt\.jsonl, line \d/,
    );
    await expect(Receipt.open(join(work, 'none'), sandbox.url)).rejects.toThrow('The folder has no receipt');
  });

  it('says which server does not answer', async () => {
    const gone = await startSandbox({ vocabulary, version: '0' });
    await gone.close();
    const server = new FhirServer({ url: gone.url, retries: { attempts: 2, firstDelayMs: 1 } });
    await expect(push(sources.bundles, server, await receipt(), { ...options, retries: {} })).rejects.toThrow(
      /No response from a FHIR server: ECONNREFUSED[\s\S]*127\.0\.0\.1:\d+\/fhir/,
    );
  });
});

describe('a push of many patients through a proxy with faults', () => {
  let source: string;
  const PATIENTS = 300;
  beforeAll(async () => (source = await exported(PATIENTS, 'bundles', vocabulary)));
  afterAll(() => rmSync(source, { recursive: true }));

  it('ends with every resource on the server exactly once, though killed and resumed on the way', async () => {
    const proxy = await faultProxy(sandbox.url, 0.25, 7);
    const server = new FhirServer({ url: proxy.url, retries: { firstDelayMs: 1 } });
    const stop = new AbortController();
    const onProgress = ({ bundles }: { bundles: number }) => bundles > 120 && stop.abort();
    const first = await push(source, server, await receipt('r', proxy.url), {
      ...options,
      onProgress,
      signal: stop.signal,
    });
    expect(first.bundles).toBeLessThan(170);
    // The receipt's last line is cut off, as by a kill.
    const path = join(work, 'r', 'receipt.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -30));
    const second = await push(source, server, await Receipt.open(join(work, 'r'), proxy.url, onlyShared), options);
    expect(second).toMatchObject({ rejected: 0, faults: 0 });
    expect(first.bundles + second.bundles).toBeLessThanOrEqual(PATIENTS + 1);
    expect(sandbox.size()).toBe(PATIENTS * RESOURCES_A_PATIENT);
    const people = new Set<string>();
    for (let page = await found('Patient?_count=150'); page;) {
      page.entry.forEach((entry: Answer) => people.add(entry.resource.identifier[0].value));
      const next = page.link.find((link: Answer) => link.relation === 'next');
      page = next && (await found(next.url));
    }
    expect(people.size).toBe(PATIENTS);
    for (const fault of FAULTS) expect(proxy.done.get(fault), fault).toBeGreaterThan(5);
    expect(first.retries + second.retries).toBeGreaterThan(60);
    // What a try made whose answer got lost is known to be ours too.
    const removed = await removeByReceipt(await Receipt.open(join(work, 'r'), proxy.url), server);
    expect(removed).toEqual({ deleted: PATIENTS * RESOURCES_A_PATIENT, refused: 0 });
    expect(sandbox.size()).toBe(0);
    expect(existsSync(join(work, 'r', 'rejected'))).toBe(false);
    await proxy.close();
  });
});
