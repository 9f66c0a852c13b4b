import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Finding } from './finding.ts';
import { validateFhir } from './validate.ts';

const vocabulary = new Vocabulary();
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'validate-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function check(...resources: object[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const path = join(folder, 'x.ndjson');
  writeFileSync(path, resources.map((resource) => JSON.stringify(resource)).join('\n'));
  await validateFhir(path, { vocabulary, onFinding: (finding) => findings.push(finding) });
  return findings;
}

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const subject = { reference: 'Patient/p' };
const patient = { resourceType: 'Patient', id: 'p', gender: 'male', birthDate: '1970-02-28' };
const encounter = { resourceType: 'Encounter', id: 'e', status: 'finished', class: { system: `${HL7}/v3-ActCode`, code: 'AMB' }, subject, period: { start: '2010-01-01', end: '2010-01-02' } }; // prettier-ignore
const condition = { resourceType: 'Condition', id: 'c', clinicalStatus: coded(`${HL7}/condition-clinical`, 'active'), code: coded(System.icd10cm, 'I10'), subject, encounter: { reference: 'Encounter/e' }, onsetDateTime: '2010-01-01' }; // prettier-ignore
const medication = { resourceType: 'MedicationRequest', id: 'm', status: 'completed', intent: 'order', medicationCodeableConcept: coded(System.ndc, '68180051301'), subject }; // prettier-ignore
const observation = { resourceType: 'Observation', id: 'o', status: 'final', code: coded(System.loinc, '4548-4'), valueQuantity: { value: 6.1 } }; // prettier-ignore
const all = { patient, encounter, condition, medication, observation };

/** [what, of which resource, what is changed, the rule that it breaks, where] */
const BROKEN: [string, keyof typeof all, object, string, string][] = [
  ['an element that does not exist', 'patient', { sex: 'male' }, 'structure', 'Patient.sex'],
  ['an element deep down that does not exist', 'patient', { name: [{ surname: 'x' }] }, 'structure', 'Patient.name[0].surname'],
  ['a list where there is one', 'patient', { gender: ['male'] }, 'structure', 'Patient.gender'],
  ['one where there is a list', 'patient', { name: { family: 'x' } }, 'structure', 'Patient.name'],
  ['an empty list', 'patient', { name: [] }, 'structure', 'Patient.name'],
  ['an empty object', 'patient', { name: [{}] }, 'structure', 'Patient.name[0]'],
  ['an empty string', 'patient', { name: [{ family: '' }] }, 'format', 'Patient.name[0].family'],
  ['null in a list', 'patient', { name: [null] }, 'structure', 'Patient.name[0]'],
  ['text where there is an object', 'patient', { name: ['x'] }, 'structure', 'Patient.name[0]'],
  ['a number where there is text', 'patient', { birthDate: 1970 }, 'format', 'Patient.birthDate'],
  ['text where there is a boolean', 'patient', { active: 'true' }, 'format', 'Patient.active'],
  ['text where there is a number', 'observation', { valueQuantity: { value: '6.1' } }, 'format', 'Observation.valueQuantity.value'],
  ['a date in another form', 'patient', { birthDate: '28.02.1970' }, 'format', 'Patient.birthDate'],
  ['a date that the calendar lacks', 'patient', { birthDate: '1970-02-30' }, 'format', 'Patient.birthDate'],
  ['a date with a time where none may be', 'patient', { birthDate: '1970-02-28T10:00:00Z' }, 'format', 'Patient.birthDate'],
  ['a dateTime without its zone', 'condition', { onsetDateTime: '2010-01-01T10:00:00' }, 'format', 'Condition.onsetDateTime'],
  ['an instant without its time', 'patient', { meta: { lastUpdated: '2010-01-01' } }, 'format', 'Patient.meta.lastUpdated'],
  ['an id with a character that may not be', 'patient', { id: 'p_1' }, 'format', 'Patient.id'],
  ['a code with spaces around it', 'encounter', { status: ' finished' }, 'format', 'Encounter.status'],
  ['a positive number that is not', 'patient', { telecom: [{ system: 'phone', value: '1', rank: 0 }] }, 'format', 'Patient.telecom[0].rank'],
  ['a required element missing', 'encounter', { status: undefined }, 'structure', 'Encounter.status'],
  ['a required object missing', 'encounter', { class: undefined }, 'structure', 'Encounter.class'],
  ['a required reference missing', 'condition', { subject: undefined }, 'structure', 'Condition.subject'],
  ['a required choice missing', 'medication', { medicationCodeableConcept: undefined }, 'structure', 'MedicationRequest.medication[x]'],
  ['both of a choice', 'condition', { onsetString: 'long ago' }, 'structure', 'Condition.onsetString'],
  ['a choice of a type that it does not have', 'condition', { onsetBoolean: true }, 'structure', 'Condition.onsetBoolean'],
  ['a required element deep down', 'patient', { link: [{ type: 'seealso' }] }, 'structure', 'Patient.link[0].other'],
  ['gender outside its value set', 'patient', { gender: 'mail' }, 'binding', 'Patient.gender'],
  ['status outside its value set', 'encounter', { status: 'done' }, 'binding', 'Encounter.status'],
  ['clinical status outside its value set', 'condition', { clinicalStatus: coded(`${HL7}/condition-clinical`, 'ok') }, 'binding', 'Condition.clinicalStatus'],
  ['clinical status of another system', 'condition', { clinicalStatus: coded('urn:x', 'active') }, 'binding', 'Condition.clinicalStatus'],
  ['intent outside its value set', 'medication', { intent: 'wish' }, 'binding', 'MedicationRequest.intent'],
  ['a name use outside its value set', 'patient', { name: [{ use: 'stage', family: 'x' }] }, 'binding', 'Patient.name[0].use'],
  ['a contact without anything (pat-1)', 'patient', { contact: [{ gender: 'male' }] }, 'invariant', 'Patient.contact[0]'],
  ['abatement of an active condition (con-4)', 'condition', { abatementDateTime: '2011-01-01' }, 'invariant', 'Condition'],
  ['a period that ends before it begins (per-1)', 'encounter', { period: { start: '2010-02-01', end: '2010-01-01' } }, 'invariant', 'Encounter.period'],
  ['a quantity code without a system (qty-3)', 'observation', { valueQuantity: { value: 1, code: '%' } }, 'invariant', 'Observation.valueQuantity'],
  ['a value and a reason for its absence (obs-6)', 'observation', { dataAbsentReason: coded(`${HL7}/data-absent-reason`, 'unknown') }, 'invariant', 'Observation'],
  ['an extension with neither value nor extensions (ext-1)', 'patient', { extension: [{ url: 'urn:x' }] }, 'invariant', 'Patient.extension[0]'],
  ['an extension without its url', 'patient', { extension: [{ valueString: 'x' }] }, 'structure', 'Patient.extension[0].url'],
  ['a telecom value without its system (cpt-2)', 'patient', { telecom: [{ value: '1' }] }, 'invariant', 'Patient.telecom[0]'],
  ['a primitive with neither value nor extension', 'patient', { birthDate: undefined, _birthDate: { id: 'x' } }, 'structure', 'Patient.birthDate'],
  ['a reference to a type that may not stand there', 'condition', { encounter: { reference: 'Patient/p' } }, 'reference', 'Condition.encounter'],
  ['a reference to nothing', 'condition', { subject: { reference: 'Patient/q' } }, 'reference', 'Condition.subject'],
  ['a reference to nothing contained', 'medication', { medicationCodeableConcept: undefined, medicationReference: { reference: '#x' } }, 'reference', 'MedicationRequest.medicationReference'],
  ['an ICD-10-CM code that does not exist', 'condition', { code: coded(System.icd10cm, 'I10.99') }, 'code', 'Condition.code.coding[0]'],
  ['an NDC that is none', 'medication', { medicationCodeableConcept: coded(System.ndc, '123') }, 'code', 'MedicationRequest.medicationCodeableConcept.coding[0]'],
  ['a date before birth', 'condition', { onsetDateTime: '1960-01-01' }, 'date', 'Condition'],
  ['death before birth', 'patient', { deceasedDateTime: '1969-01-01' }, 'date', 'Patient.deceasedDateTime'],
  ['an end before the beginning', 'condition', { clinicalStatus: coded(`${HL7}/condition-clinical`, 'resolved'), abatementDateTime: '2009-01-01' }, 'date', 'Condition'],
  ['pregnancy in a man', 'condition', { code: coded(System.icd10cm, 'O80') }, 'plausibility', 'Condition.code'],
  ['a newborn code at 39', 'condition', { code: coded(System.icd10cm, 'P07.39') }, 'plausibility', 'Condition.code'],
  ['a resource type that does not exist', 'condition', { resourceType: 'Illness' }, 'structure', 'Illness'],
]; // prettier-ignore

describe('the validator', () => {
  it('finds nothing wrong with right resources', async () => {
    expect(await check(...Object.values(all))).toEqual([]);
  });

  it.each(BROKEN)('reports %s', async (_, name, change, rule, path) => {
    const resources = Object.values({ ...all, [name]: { ...all[name], ...change } });
    const errors = (await check(...resources)).filter(({ severity }) => severity === 'error');
    const found = errors.filter((finding) => finding.rule === rule && finding.path === path);
    expect(found, JSON.stringify(errors, null, 1)).toHaveLength(1);
    const line = Object.keys(all).indexOf(name) + 1;
    expect(found[0].where).toBe(`${join(folder, 'x.ndjson')}, line ${line}`);
  });

  it('accepts what is unusual and right, and prints nothing', async () => {
    const print = vi.spyOn(console, 'log');
    const findings = await check(
      { ...patient, birthDate: '1970', _gender: { extension: [{ url: 'urn:x', valueCode: 'x' }] }, name: [{ given: ['A', null], _given: [null, { extension: [{ url: 'urn:x', valueBoolean: true }] }] }] },
      { ...condition, encounter: undefined, onsetDateTime: undefined, onsetAge: { value: 40, unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' } },
      { ...medication, medicationCodeableConcept: undefined, medicationReference: { reference: '#x' }, contained: [{ resourceType: 'Medication', id: 'x', code: coded(System.ndc, '68180051301') }] },
    ); // prettier-ignore
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });

  it('resolves references inside a bundle, and reports those that lead nowhere', async () => {
    const entry = (url: string, resource: object) => ({
      fullUrl: url,
      resource,
      request: { method: 'POST', url: 'x' },
    });
    const person = { ...patient, id: undefined };
    const ill = { ...condition, id: undefined, encounter: undefined, subject: { reference: 'urn:uuid:1' } };
    const bundle = (...entries: object[]) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: entries,
    });
    expect(await check(bundle(entry('urn:uuid:1', person), entry('urn:uuid:2', ill)))).toEqual([]);
    const lost = await check(bundle(entry('urn:uuid:9', person), entry('urn:uuid:2', ill)));
    expect(lost).toMatchObject([{ severity: 'error', rule: 'reference', path: 'Condition.subject' }]);
    const pregnant = { ...ill, code: coded(System.icd10cm, 'O80') };
    expect(await check(bundle(entry('urn:uuid:1', person), entry('urn:uuid:2', pregnant)))).toMatchObject([
      { rule: 'plausibility' },
    ]);
    expect(await check({ resourceType: 'Bundle', type: 'parcel' })).toMatchObject([
      { rule: 'binding', path: 'Bundle.type' },
    ]);
  });
});
