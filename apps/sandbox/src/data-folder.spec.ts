import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';
import { ask, FHIR_JSON } from './testing/ask.ts';

const vocabulary = new Vocabulary();
const start = (dataFolder: string) => startSandbox({ vocabulary, version: '0', dataFolder });
const patient = (text: string, more = {}) => ({ resourceType: 'Patient', name: [{ text }], ...more });

let folder: string;
let sandbox: Sandbox | undefined;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sandbox-'))));
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const send = (method: string, path: string, body?: object, type = FHIR_JSON) =>
  ask(sandbox!.url, path, { method, headers: body ? type : {}, body: body && JSON.stringify(body) });

/** What it holds, with its history, as a client sees it. */
async function contents(): Promise<unknown> {
  const { entry = [] } = JSON.parse((await send('GET', 'Patient?_count=1000')).body);
  const ids = (entry as { resource: { id: string } }[]).map(({ resource }) => resource.id).sort();
  return Promise.all(ids.map(async (id) => JSON.parse((await send('GET', `Patient/${id}/_history`)).body).entry));
}

/** A file system of 1 MiB; undefined where this user may mount none. */
function smallDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
}

describe('the folder of the data', () => {
  it('is of one sandbox at a time, and of its owner alone', async () => {
    const path = join(folder, 'one');
    sandbox = await start(path);
    await expect(start(path)).rejects.toThrow(`being written by process ${process.pid}`);
    await send('POST', 'Patient', patient('x'));
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, 'changes.ndjson')).mode & 0o777).toBe(0o600);
    await sandbox.close();
    expect(readdirSync(path)).toEqual(['changes.ndjson']);
    sandbox = await start(path);
    expect(sandbox.size()).toBe(1);
  });

  it('is taken over from a process that is gone, not from one that runs', async () => {
    const path = join(folder, 'two');
    sandbox = await start(path);
    await sandbox.close();
    const lock = join(folder, '.two.lock');
    const owner = (pid: number) => JSON.stringify({ pid, started: '', host: hostname() });
    writeFileSync(lock, owner(process.ppid));
    await expect(start(path)).rejects.toThrow(`being written by process ${process.ppid}`);
    // No process has a number beyond the kernel's largest.
    writeFileSync(lock, owner(4194305));
    sandbox = await start(path);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('keeps the order of a history, however often it was read', async () => {
    sandbox = await start(join(folder, 'history'));
    const { id } = JSON.parse((await send('POST', 'Patient', patient('1'))).body);
    for (const text of ['2', '3']) await send('PUT', `Patient/${id}`, patient(text, { id }));
    const names = async () =>
      JSON.parse((await send('GET', `Patient/${id}/_history`)).body).entry.map(
        ({ resource }: { resource: { name: { text: string }[] } }) => resource.name[0].text,
      );
    for (let i = 0; i < 2; i++) expect(await names()).toEqual(['3', '2', '1']);
  });
});

const disk = smallDisk();
if (!disk) console.warn('A full disk is not tried: this user may not mount a small one.');
describe.skipIf(!disk)('a full disk', () => {
  afterAll(() => {
    execFileSync('umount', [disk!]);
    rmSync(disk!, { recursive: true });
  });

  it('refuses what it cannot keep, undoes it, answers reads, and goes on when there is room', async () => {
    const data = join(disk!, 'data');
    const ballast = join(disk!, 'ballast');
    sandbox = await start(data);
    const { id } = JSON.parse((await send('POST', 'Patient', patient('kept', { birthDate: '1970-01-01' }))).body);
    const doomed = JSON.parse((await send('POST', 'Patient', patient('to be deleted'))).body);
    await send('PUT', `Patient/${id}`, patient('changed', { id }));
    const before = await contents();
    const fill = () => {
      try {
        for (;;) appendFileSync(ballast, Buffer.alloc(4096));
      } catch {
        return;
      }
    };
    fill();
    const large = 'x'.repeat(50_000);
    const entry = ['a', 'b'].map((name) => ({
      request: { method: 'POST', url: 'Patient' },
      resource: patient(name + large),
    }));
    const patch = [{ op: 'add', path: '/name/0/family', value: large }];
    const refused = [
      await send('POST', 'Patient', patient(large)),
      await send('PUT', `Patient/${id}`, patient(large, { id })),
      await send('PATCH', `Patient/${id}`, patch, { 'Content-Type': 'application/json-patch+json' }),
      await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([507, 507, 507, 507]);
    for (const { body } of refused)
      expect(JSON.parse(body).issue[0]).toMatchObject({
        code: 'no-store',
        details: { text: expect.stringContaining('disk is full') },
      });
    const batch = JSON.parse((await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry })).body);
    expect(batch.entry.map((one: { response: { status: string } }) => one.response.status)).toEqual(['507', '507']);
    expect(await contents()).toEqual(before);
    // As a kill would leave it: the log is whole.
    const log = readFileSync(join(data, 'changes.ndjson'), 'utf8');
    expect(
      log.endsWith('\n') &&
        log
          .trim()
          .split('\n')
          .every((line) => Array.isArray(JSON.parse(line))),
    ).toBe(true);
    rmSync(ballast);
    expect((await send('DELETE', `Patient/${doomed.id}`)).status).toBe(200);
    expect((await send('POST', 'Patient', patient(large))).status).toBe(201);
    const last = await contents();
    expect(last).toHaveLength(2);
    await sandbox.close();
    sandbox = await start(data);
    expect(await contents()).toEqual(last);
  });

  it('in the middle of many writes at once loses none of those that were confirmed', async () => {
    const data = join(disk!, 'many');
    sandbox = await start(data);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => send('POST', 'Patient', patient(String(i).repeat(20_000)))),
    );
    const confirmed = answers
      .filter(({ status }) => status === 201)
      .map(({ body }) => JSON.parse(body).id)
      .sort();
    expect(answers.filter(({ status }) => status === 507).length).toBeGreaterThan(0);
    expect(confirmed.length).toBeGreaterThan(5);
    await sandbox.close();
    sandbox = await start(data);
    const { entry } = JSON.parse((await send('GET', 'Patient?_count=1000')).body);
    expect(entry.map(({ resource }: { resource: { id: string } }) => resource.id).sort()).toEqual(confirmed);
  });
});
