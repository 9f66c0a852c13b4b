import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordExamples } from '../testing/examples.ts';
import { type ReadingResources, readResources } from './read-resources.ts';
import type { Resource } from './resources.ts';
import { releaseSign } from './version.ts';

const subject = { reference: 'Patient/1' };
const concept = { coding: [{ system: 's', code: 'c' }] };
const oldCategory = (of: string) => ({
  coding: [{ system: `http://hl7.org/fhir/${of}-category`, code: 'c' }],
});

describe('the release that the form of a resource shows', () => {
  it.each<['DSTU2' | 'STU3' | 'R5', object, string]>([
    ['DSTU2', { resourceType: 'MedicationOrder' }, 'MedicationOrder is a resource of DSTU2'],
    ['DSTU2', { resourceType: 'Condition', patient: subject, clinicalStatus: 'active' }, 'Condition.patient'],
    ['DSTU2', { resourceType: 'Encounter', class: 'inpatient' }, 'Encounter.class is a code'],
    ['DSTU2', { resourceType: 'MedicationStatement', wasNotTaken: false }, 'MedicationStatement.wasNotTaken'],
    ['DSTU2', { resourceType: 'Immunization', wasNotGiven: false }, 'Immunization.wasNotGiven'],
    ['DSTU2', { resourceType: 'Observation', comments: 'x' }, 'Observation.comments'],
    ['DSTU2', { resourceType: 'AllergyIntolerance', substance: concept }, 'AllergyIntolerance.substance'],
    [
      'STU3',
      { resourceType: 'Condition', verificationStatus: 'confirmed' },
      'Condition.verificationStatus is a code, as in STU3',
    ],
    ['STU3', { resourceType: 'Condition', clinicalStatus: 'active' }, 'Condition.clinicalStatus is a code'],
    ['STU3', { resourceType: 'Condition', context: subject }, 'Condition.context is called encounter'],
    ['STU3', { resourceType: 'Encounter', class: { code: 'AMB' }, reason: [concept] }, 'Encounter.reason'],
    ['STU3', { resourceType: 'Patient', animal: { species: concept } }, 'Patient.animal'],
    ['STU3', { resourceType: 'MedicationRequest', context: subject }, 'MedicationRequest.context'],
    ['STU3', { resourceType: 'MedicationRequest', requester: { agent: subject } }, 'MedicationRequest.requester'],
    ['STU3', { resourceType: 'MedicationStatement', taken: 'y' }, 'MedicationStatement.taken'],
    ['STU3', { resourceType: 'MedicationAdministration', notGiven: true }, 'MedicationAdministration.notGiven'],
    ['STU3', { resourceType: 'Procedure', notDone: false }, 'Procedure.notDone'],
    ['STU3', { resourceType: 'Observation', related: [{ target: subject }] }, 'Observation.related'],
    ['STU3', { resourceType: 'Observation', comment: 'x' }, 'Observation.comment'],
    ['STU3', { resourceType: 'Immunization', notGiven: false }, 'Immunization.notGiven'],
    [
      'STU3',
      { resourceType: 'AllergyIntolerance', verificationStatus: 'confirmed' },
      'AllergyIntolerance.verificationStatus',
    ],
    ['STU3', { resourceType: 'DocumentReference', indexed: '2020-01-01T00:00:00Z' }, 'DocumentReference.indexed'],
    ['STU3', { resourceType: 'ExplanationOfBenefit', item: [{ careTeamLinkId: [1] }] }, 'ExplanationOfBenefit.item'],
    ['STU3', { resourceType: 'ExplanationOfBenefit', totalCost: { value: 1 } }, 'ExplanationOfBenefit.totalCost'],
    ['STU3', { resourceType: 'ReferralRequest' }, 'ReferralRequest is a resource of STU3'],
    ['STU3', { resourceType: 'CapabilityStatement', fhirVersion: '3.0.2' }, 'CapabilityStatement.fhirVersion'],
    ['DSTU2', { resourceType: 'Patient', careProvider: [subject] }, 'Patient.careProvider'],
    ['DSTU2', { resourceType: 'Encounter', indication: [subject] }, 'Encounter.indication'],
    [
      'STU3',
      { resourceType: 'Encounter', diagnosis: [{ condition: subject, role: concept }] },
      'Encounter.diagnosis has a role',
    ],
    [
      'STU3',
      { resourceType: 'Procedure', performer: [{ role: concept, actor: subject }] },
      'Procedure.performer has a role',
    ],
    ['STU3', { resourceType: 'Device', udi: { name: 'x' } }, 'Device.udi'],
    ['R5', { resourceType: 'Immunization', informationSource: { concept } }, 'Immunization.informationSource'],
    ['R5', { resourceType: 'Encounter', class: [concept] }, 'Encounter.class is a list'],
    ['R5', { resourceType: 'Encounter', actualPeriod: { start: '2020' } }, 'Encounter.actualPeriod'],
    ['R5', { resourceType: 'Encounter', reason: [{ value: [{ concept }] }] }, 'Encounter.reason'],
    ['R5', { resourceType: 'MedicationRequest', medication: { concept } }, 'MedicationRequest.medication'],
    [
      'R5',
      { resourceType: 'MedicationStatement', medication: { reference: subject } },
      'MedicationStatement.medication',
    ],
    ['R5', { resourceType: 'Procedure', occurrenceDateTime: '2020' }, 'Procedure.occurrenceDateTime'],
    ['R5', { resourceType: 'Procedure', reason: [{ concept }] }, 'Procedure.reason'],
    ['R5', { resourceType: 'Procedure', occurrenceAge: { value: 50, code: 'a' } }, 'Procedure.occurrenceAge'],
    ['R5', { resourceType: 'Procedure', occurrenceString: 'in spring' }, 'Procedure.occurrenceString'],
    ['R5', { resourceType: 'Procedure', occurrenceRange: { low: { value: 1 } } }, 'Procedure.occurrenceRange'],
    ['R5', { resourceType: 'Procedure', occurrenceTiming: { event: ['2020'] } }, 'Procedure.occurrenceTiming'],
    ['R5', { resourceType: 'Procedure', recorded: '2020' }, 'Procedure.recorded'],
    ['R5', { resourceType: 'Encounter', serviceType: [{ concept }] }, 'Encounter.serviceType is a list'],
    ['R5', { resourceType: 'Encounter', plannedStartDate: '2020' }, 'Encounter.plannedStartDate'],
    ['R5', { resourceType: 'Encounter', diagnosis: [{ condition: [{ concept }] }] }, 'Encounter.diagnosis has a list'],
    ['R5', { resourceType: 'Encounter', participant: [{ actor: subject }] }, 'Encounter.participant has an actor'],
    ['DSTU2', { resourceType: 'Condition', category: oldCategory('condition') }, 'Condition.category is no list'],
    ['DSTU2', { resourceType: 'Observation', category: oldCategory('observation') }, 'Observation.category is no list'],
    ['R5', { resourceType: 'Condition', participant: [{ actor: subject }] }, 'Condition.participant'],
    ['R5', { resourceType: 'CapabilityStatement', fhirVersion: '5.0.0' }, 'CapabilityStatement.fhirVersion'],
  ])('%s: %o', (release, resource, says) => {
    expect(releaseSign(resource as Resource)).toEqual({
      release,
      says: expect.stringContaining(says) as string,
    });
  });

  it.each<[string, object]>([
    ['what STU3 has too', { resourceType: 'MedicationAdministration', context: subject }],
    ['a statement with a context', { resourceType: 'MedicationStatement', context: subject }],
    ['a vaccination', { resourceType: 'Immunization', patient: subject, occurrenceDateTime: '2020' }],
    ['statuses that are concepts', { resourceType: 'Condition', verificationStatus: concept }],
    ['a status that is no code of STU3', { resourceType: 'Condition', verificationStatus: 'true' }],
    ['a class in a list by mistake', { resourceType: 'Encounter', class: [{ code: 'AMB' }] }],
    ['a class that is text', { resourceType: 'Encounter', class: 'AMB' }],
    ['a reference that is a number', { resourceType: 'Condition', context: 1 }],
    [
      'a category that lacks its brackets',
      {
        resourceType: 'Observation',
        category: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
        },
      },
    ],
    ['an old category in a list', { resourceType: 'Observation', category: [oldCategory('observation')] }],
    [
      'a service type',
      {
        resourceType: 'Encounter',
        serviceType: concept,
        participant: [{ individual: subject }],
        diagnosis: [{ condition: subject }],
      },
    ],
    ['a procedure at an age', { resourceType: 'Procedure', performedAge: { value: 50 } }],
    ['R4B', { resourceType: 'CapabilityStatement', fhirVersion: '4.3.0' }],
    ['R4', { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' }],
  ])('none: %s', (_, resource) => {
    expect(releaseSign(resource as Resource)).toBeUndefined();
  });

  it("none in HL7's examples of R4", () => {
    for (const { path } of recordExamples()) {
      const document = JSON.parse(readFileSync(path, 'utf8')) as Resource & {
        entry?: { resource?: Resource }[];
      };
      const all = [document, ...(document.entry ?? []).flatMap(({ resource }) => resource ?? [])];
      for (const resource of all) expect([path, releaseSign(resource)]).toEqual([path, undefined]);
    }
  });
});

describe('the release of a source', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'release-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (name: string, ...resources: object[]) =>
    writeFileSync(join(folder, name), resources.map((one) => JSON.stringify(one)).join('\n'));
  const read = async (options: ReadingResources = {}) => {
    const all = [];
    for await (const found of readResources(folder, options)) all.push(found);
    return all;
  };
  const right = (id: number) => ({ resourceType: 'Condition', id: `c${id}`, subject });
  const old = (id: number) => ({ ...right(id), verificationStatus: 'confirmed' });

  it('is another one where one resource of thousands shows it: nothing is read', async () => {
    put('a.ndjson', ...Array.from({ length: 3000 }, (_, i) => right(i)));
    put('b.json', { resourceType: 'Bundle', entry: [{ resource: right(1) }, { resource: old(2) }] });
    await expect(read()).rejects.toMatchObject({
      code: 'other-release',
      exitCode: 1,
      message: expect.stringMatching(
        /Not FHIR R4: STU3 \(1 of 3002 resources\)[\s\S]*verificationStatus is a code, as in STU3: .*b\.json, entry 1[\s\S]*--release r4/,
      ) as string,
    });
  });

  it('is said with the counts of each, and ends the reading early where it is clear', async () => {
    put('a.ndjson', ...Array.from({ length: 900 }, (_, i) => old(i)), { resourceType: 'MedicationOrder' });
    await expect(read()).rejects.toThrow(/STU3 \(900 of 901 resources\), DSTU2 \(1 of 901/);
    put('b.ndjson', ...Array.from({ length: 900 }, (_, i) => old(i)));
    await expect(read()).rejects.toThrow(/STU3 \(999 of 1000 resources\)/);
  });

  it('is R4 where that is said: what is not is left out and counted', async () => {
    put('a.ndjson', right(1), old(2), right(3));
    expect(await read({ release: 'r4' })).toMatchObject([
      { resource: { id: 'c1' } },
      { fault: 'Condition of FHIR STU3, not R4', where: join(folder, 'a.ndjson, line 2') },
      { resource: { id: 'c3' } },
    ]);
  });
});
