import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { READ_LIMITS, type ReadLimits } from '@ehrsynth/io';
import { System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plan } from '../push/plan.ts';
import type { Finding } from '../validate/finding.ts';
import { validateFhir } from '../validate/validate.ts';
import { readResources } from './read-resources.ts';
import type { Fault } from './resources.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'big-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Every document is too long for it. */
const STREAMED: ReadLimits = { ...READ_LIMITS, maxWholeBytes: 1 };
const put = (text: string | Buffer, name = 'b.json') => {
  writeFileSync(join(folder, name), text);
  return folder;
};
const uuid = (n: number) => `urn:uuid:0c3151bd-1cbf-4d64-b04d-${String(n).padStart(12, '0')}`;
const condition = (n: number, of: number, more = {}) => ({
  fullUrl: uuid(n),
  resource: {
    resourceType: 'Condition',
    subject: { reference: uuid(of) },
    code: { coding: [{ system: System.icd10cm, code: 'E11.9' }] },
    ...more,
  },
  request: { method: 'POST', url: 'Condition' },
});
const person = (n: number) => ({
  fullUrl: uuid(n),
  resource: { resourceType: 'Patient', gender: 'female', birthDate: '1970-05-01' },
  request: { method: 'POST', url: 'Patient' },
});
const bundle = (entry: unknown[], more = {}) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  ...more,
  entry,
});
/** Patients after what refers to them. */
const people = () =>
  Array.from({ length: 3 }, (_, i) => [condition(10 + i, i), condition(20 + i, i), person(i)]).flat();

async function read(limits?: ReadLimits) {
  const all = [];
  for await (const found of readResources(folder, { limits })) {
    // Kept apart: the same whether a document is streamed or not.
    if ('fault' in found) all.push({ fault: found.fault, where: found.where.slice(folder.length) });
    else {
      const { resource, where, fullUrl, addresses } = found;
      const reference = (resource.subject as { reference?: string } | undefined)?.reference;
      const of = reference && addresses?.resolve(reference, fullUrl);
      all.push({ resource, where: where.slice(folder.length), fullUrl, of });
    }
  }
  return all;
}

describe('a document that is too long to be held', () => {
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', diagnostics: 'x' }] };
  it.each<[string, unknown]>([
    ['a Bundle', bundle(people())],
    ['a Bundle whose type comes last', { entry: people(), type: 'searchset', resourceType: 'Bundle' }],
    ['Bundles in a Bundle', bundle([{ resource: bundle(people()) }, { response: { status: '404', outcome } }])],
    [
      'Parameters',
      {
        resourceType: 'Parameters',
        parameter: [{ name: 'x' }, { resource: bundle(people()) }, { part: [{ resource: person(7).resource }] }],
      },
    ],
    ['a list', [person(1).resource, bundle(people()), 5]],
    ['an empty Bundle', bundle([])],
    ['deletions', bundle([{ fullUrl: uuid(1), request: { method: 'DELETE', url: 'Condition/1' } }])],
  ])('is read as if it were short: %s', async (_, document) => {
    put(JSON.stringify(document, null, 1));
    const streamed = await read(STREAMED);
    expect(streamed).toEqual(await read());
    put(gzipSync(JSON.stringify(document)));
    expect(await read(STREAMED)).toEqual(streamed);
  });

  it('that is broken is read up to there, and its line is said', async () => {
    const text = JSON.stringify(bundle(people()), null, 1);
    const lines = text.split('\n');
    const at = lines.findIndex((line, i) => i > lines.length / 2 && line.includes('"fullUrl"'));
    put([...lines.slice(0, at), '  oops,', ...lines.slice(at)].join('\n'));
    const found = await read(STREAMED);
    expect(found.length).toBeGreaterThan(3);
    expect(found.at(-1)).toEqual({ fault: 'broken JSON', where: `/b.json, line ${at + 1}` });
    put(lines.slice(0, -3).join('\n'));
    expect((await read(STREAMED)).at(-1)).toMatchObject({ fault: 'broken JSON' });
  });

  it('may have no part that is longer than a line may be', async () => {
    put(JSON.stringify(bundle([person(1), { ...person(2), x: 'y'.repeat(2 << 20) }, person(3)])));
    const found = await read({ ...STREAMED, maxLineBytes: 1 << 20 });
    expect(found).toMatchObject([
      { resource: { resourceType: 'Patient' } },
      { fault: 'part of a long document that is longer than --max-line-mb allows' },
    ]);
  });

  it('is refused where it is one resource', async () => {
    put(JSON.stringify({ resourceType: 'Patient', id: 'x' }));
    expect(await read(STREAMED)).toEqual([{ fault: 'single resource that is too long to be read', where: '/b.json' }]);
  });

  it('is of its release as a whole', async () => {
    put(JSON.stringify(bundle([...people(), condition(99, 0, { clinicalStatus: 'active' })])));
    await expect(read(STREAMED)).rejects.toThrow(/STU3 \(1 of 10 resources\)/);
  });
});

describe('the check of a document that is too long to be held', () => {
  const check = async (document: unknown, limits?: ReadLimits, threads = 0) => {
    put(JSON.stringify(document));
    const findings: Finding[] = [];
    const { resources } = await validateFhir(folder, {
      vocabulary: new Vocabulary(),
      limits,
      threads,
      onFinding: (finding) => findings.push(finding),
    });
    const order = (one: Finding) => `${one.where} ${one.path} ${one.message}`;
    return { findings: findings.sort((a, b) => (order(a) < order(b) ? -1 : 1)), resources };
  };
  const twice = [
    { method: 'PUT', url: 'Patient/1' },
    { method: 'PUT', url: 'Patient/1' },
  ];
  it.each<[string, unknown, RegExp | undefined]>([
    ['a right one', bundle(people()), undefined],
    ['a reference to nothing', bundle([...people(), condition(99, 98)]), /Nothing in the bundle has the fullUrl/],
    ['an address that is none', bundle([{ ...person(1), fullUrl: 'x' }]), /Not absolute/],
    ['no request in a transaction', bundle([...people(), { ...person(50), request: undefined }]), /bdl-3|request/],
    ['a resource that is wrong', bundle([...people(), condition(60, 1, { onsetDateTime: 'never' })]), /never/],
    [
      'one changed twice',
      bundle(twice.map((request) => ({ request, resource: { resourceType: 'Patient', id: '1' } }))),
      /is also changed by entry 0/,
    ],
    ['a type that is none', bundle(people(), { type: 'pile' }), /pile/],
    ['another release', bundle([...people(), condition(60, 1, { clinicalStatus: 'active' })]), /STU3/],
  ])('finds the same as if it were short: %s', async (_, document, message) => {
    const streamed = await check(document, STREAMED);
    expect(streamed).toEqual(await check(document));
    const errors = streamed.findings.filter(({ severity }) => severity === 'error');
    if (message) expect(errors.map((one) => one.message).join('\n')).toMatch(message);
    else expect(errors).toEqual([]);
  });

  it('holds over all of its entries: places, and addresses that are given twice', async () => {
    const many = Array.from({ length: 1200 }, (_, i) => person(i));
    const { findings, resources } = await check(
      bundle([...many, person(3), { ...person(2000), fullUrl: 'x' }]),
      STREAMED,
    );
    expect(resources).toEqual(
      new Map([
        ['Bundle', 1],
        ['Patient', 1202],
      ]),
    );
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ path, message }) => [path, message])).toEqual([
      ['Bundle.entry[1200].fullUrl', `The same fullUrl and version as entry 3: ${uuid(3)}`],
      ['Bundle.entry[1201].fullUrl', expect.stringContaining('Not absolute')],
    ]);
  });
});

it('a Bundle that is too long for one transaction is sent patient by patient, and that is said', async () => {
  put(JSON.stringify(bundle(people())));
  const said: Fault[] = [];
  const units = [];
  const options = {
    as: 'transaction' as const,
    size: 2,
    limits: STREAMED,
    onFault: (one: Fault) => said.push(one),
  };
  for await (const unit of plan(folder, options)) units.push(unit);
  expect(said).toEqual([
    expect.objectContaining({ kind: 'note', fault: expect.stringMatching(/patient by patient/) as string }),
  ]);
  expect(units.map(({ name, bundles }) => [name, bundles.map((items) => items.length)]).sort()).toEqual(
    [0, 1, 2].map((n) => [`Patient/${uuid(n).slice(9)}`, [2, 1]]),
  );
  const items = units[0].bundles.flat();
  expect(items[0].resource.resourceType).toBe('Patient');
  // What it refers to is in the unit under the key by which it refers to it.
  expect(items[1].references).toEqual([items[0].key]);
  put(JSON.stringify(bundle(people(), { type: 'document' })));
  said.length = 0;
  for await (const unit of plan(folder, options)) units.push(unit);
  expect(said).toMatchObject([{ fault: 'A Bundle of type document cannot be sent' }]);
  expect(units).toHaveLength(3);
});
