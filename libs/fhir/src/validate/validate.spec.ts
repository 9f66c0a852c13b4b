import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROKEN } from '../testing/broken-cases.ts';
import { KINDS_OF_FAULTS } from '../testing/kinds-of-faults.ts';
import { coded, RIGHT, RIGHT_BUNDLE } from '../testing/right-resources.ts';
import type { Finding } from './finding.ts';
import { toOutcome } from './outcome.ts';
import { validateFhir, type ValidateOptions } from './validate.ts';

const vocabulary = new Vocabulary();
const { patient, condition, medication } = RIGHT;
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'validate-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function check(resources: object[], options: Partial<ValidateOptions> = {}): Promise<Finding[]> {
  return checkText(resources.map((resource) => JSON.stringify(resource)).join('\n'), options);
}

async function checkText(text: string, options: Partial<ValidateOptions> = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  const path = join(folder, 'x.ndjson');
  writeFileSync(path, text);
  await validateFhir(path, { vocabulary, onFinding: (finding) => findings.push(finding), ...options });
  return findings;
}

const errorsOf = (findings: Finding[]) => findings.filter(({ severity }) => severity === 'error');

describe('the validator', () => {
  it('finds nothing wrong with right resources', async () => {
    expect(await check(Object.values(RIGHT))).toEqual([]);
    expect(await check([RIGHT_BUNDLE])).toEqual([]);
  });

  it('has a hundred kinds of faults to find', () => {
    expect(new Set(BROKEN.map(({ name }) => name)).size).toBe(BROKEN.length);
    expect(BROKEN.length).toBeGreaterThanOrEqual(100);
  });

  it.each(BROKEN)('reports $name', async ({ documents, line, rule, key = '', path, severity }) => {
    const findings = await check(documents);
    const found = findings.filter(
      (finding) =>
        finding.rule === rule &&
        finding.path === path &&
        finding.severity === severity &&
        finding.message.startsWith(key),
    );
    expect(found, JSON.stringify(findings, null, 1)).toHaveLength(1);
    expect(found[0].where.replace(/, entry \d+$/, '')).toBe(`${join(folder, 'x.ndjson')}, line ${line}`);
    expect(found[0].remedy).not.toBe('');
  });

  it.each(
    Object.values(KINDS_OF_FAULTS).flatMap(({ right }) =>
      right.map(([name, resource, change]) => ({ name, document: { ...resource, ...change } })),
    ),
  )('accepts $name', async ({ document }) => {
    const findings = await check([document]);
    expect(findings.filter(({ severity }) => severity !== 'information')).toEqual([]);
  });

  it('accepts what is unusual and right, and prints nothing', async () => {
    const print = vi.spyOn(console, 'log');
    const findings = await check([
      {
        ...patient,
        birthDate: '1970',
        _gender: { extension: [{ url: 'urn:x', valueCode: 'x' }] },
        name: [{ given: ['A', null], _given: [null, { extension: [{ url: 'urn:x', valueBoolean: true }] }] }],
        text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>A&#160;&lt; b<br/></p></div>' },
      },
      {
        ...condition,
        encounter: undefined,
        onsetDateTime: undefined,
        onsetAge: { value: 40, unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' },
      },
      {
        ...medication,
        medicationCodeableConcept: undefined,
        medicationReference: { reference: '#x' },
        contained: [{ resourceType: 'Medication', id: 'x', code: coded(System.ndc, '68180051301') }],
      },
    ]);
    expect(errorsOf(findings)).toEqual([]);
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });

  it('judges a profile of US Core by the release that is claimed, and says where it lacks the rules', async () => {
    const claim = (version: string) => {
      const profile = [`${patient.meta.profile[0]}${version}`];
      return check([{ ...patient, gender: undefined, meta: { profile } }]);
    };
    for (const version of ['', '|3.1.1', '|6.1.0', '|7.0.0'])
      expect(await claim(version)).toMatchObject([{ severity: 'error', path: 'Patient.gender' }]);
    for (const version of ['|8.0.1', '|9.0.0']) expect(await claim(version)).toEqual([]);
    for (const version of ['|6.1.0-ballot', '|10.0.0', '|x'])
      expect(await claim(version)).toMatchObject([
        {
          severity: 'information',
          path: 'Patient.meta.profile',
          message: `us-core-patient${version}: not checked`,
        },
      ]);
  });

  it.each([
    ['"multipleBirthInteger":1.0', 'Patient.multipleBirthInteger'],
    ['"multipleBirthInteger":10e-1', 'Patient.multipleBirthInteger'],
    ['"telecom":[{"system":"phone","value":"1","rank":1.0}]', 'Patient.telecom[0].rank'],
    ['"extension":[{"url":"urn:x","valueInteger":2E0}]', 'Patient.extension[0].valueInteger'],
    ['"contained":[{"resourceType":"Bundle","id":"b","type":"searchset","total":0.0}]', 'Patient.contained[0].total'],
  ])('reports a whole number written as %s', async (element, path) => {
    const document = `{"resourceType":"Patient",${element}}`;
    expect((await checkText(document)).filter((finding) => finding.rule === 'format')).toMatchObject([
      { severity: 'error', path },
    ]);
  });

  it.each([
    '"multipleBirthInteger":1',
    '"multipleBirthInteger":-0',
    '"extension":[{"url":"urn:x","valueDecimal":1.0}]',
  ])('accepts %s', async (element) => expect(await checkText(`{"resourceType":"Patient",${element}}`)).toEqual([]));

  it('asks for a narrative only where best practice is asked for', async () => {
    expect(await check([patient], { bestPractice: true })).toMatchObject([
      { severity: 'warning', rule: 'invariant', path: 'Patient' },
    ]);
  });

  it('finds the same on threads, in the same order', async () => {
    const documents = BROKEN.flatMap((broken) => broken.documents);
    const alone = await check(documents);
    expect(await check(documents, { threads: 2 })).toEqual(alone);
    expect(alone.length).toBeGreaterThan(BROKEN.length);
  });

  it('gives its findings as an OperationOutcome that is itself valid', async () => {
    const outcome = toOutcome(await check([{ ...patient, gender: 'mail' }]));
    expect(outcome.issue).toMatchObject([{ severity: 'error', code: 'code-invalid', expression: ['Patient.gender'] }]);
    expect(errorsOf(await check([outcome, toOutcome([])]))).toEqual([]);
  });
});
