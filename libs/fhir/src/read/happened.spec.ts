import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, hl7 } from '../testing/right-resources.ts';
import { happened } from './happened.ts';
import type { Resource } from './resources.ts';

const local = (code: string) => ({ system: 'urn:local', code });
const official = (code: string) => hl7('condition-ver-status', code).coding[0];

/** What a status is in R4, by its definitions: + happened, ? unsure, - did not. */
const BY_STATUS: Record<string, string> = {
  Encounter: '-planned +arrived +triaged +in-progress +onleave +finished -cancelled -entered-in-error ?unknown',
  Procedure: '-preparation +in-progress -not-done +on-hold +stopped +completed -entered-in-error ?unknown',
  Observation: '-registered +preliminary +final +amended +corrected -cancelled -entered-in-error ?unknown',
  DiagnosticReport:
    '-registered +partial +preliminary +final +amended +corrected +appended -cancelled -entered-in-error ?unknown',
  MedicationRequest: '+active +on-hold -cancelled +completed -entered-in-error +stopped -draft ?unknown',
  MedicationDispense:
    '-preparation +in-progress -cancelled -on-hold +completed -entered-in-error +stopped -declined ?unknown',
  MedicationAdministration: '+in-progress -not-done +on-hold +completed -entered-in-error +stopped ?unknown',
  MedicationStatement: '+active +completed -entered-in-error -intended +stopped +on-hold ?unknown -not-taken',
  ExplanationOfBenefit: '+active -cancelled -draft -entered-in-error',
  Claim: '+active -cancelled -draft -entered-in-error',
};
const STANDING: Record<string, string> = { '+': 'happened', '?': 'unsure', '-': 'did not' };

describe('what a status says', () => {
  it.each(
    Object.entries(BY_STATUS).flatMap(([resourceType, list]) =>
      list.split(' ').map((word) => [resourceType, word.slice(1), STANDING[word[0]]]),
    ),
  )('%s %s: %s', (resourceType, status, standing) => {
    expect(happened({ resourceType, status }).standing).toBe(standing);
    // In another writing it says the same.
    const shouted = status.toUpperCase().replace('-', ' ');
    expect(happened({ resourceType, status: shouted }).standing).toBe(standing);
  });

  it.each<[string, object, string, string?]>([
    ['no status, where there is no doubt', {}, 'happened'],
    [
      'a status of which only the absence is given',
      {
        _status: {
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
        },
      },
      'unsure',
      'status unknown',
    ],
    ['a status that is null', { status: null }, 'happened'],
    ['a status that R4 does not have', { status: 'archived' }, 'unsure', 'status that R4 does not have'],
    [
      'the name of something that every object has',
      { status: 'constructor' },
      'unsure',
      'status that R4 does not have',
    ],
    ['EnteredInError in one word', { status: 'EnteredInError' }, 'did not', 'status entered-in-error'],
    ['a word of elsewhere', { status: 'Not given' }, 'did not', 'status not-given'],
    ['a proposal', { status: 'active', intent: 'proposal' }, 'did not', 'intent proposal'],
    ['a plan', { status: 'active', intent: 'plan' }, 'did not', 'intent plan'],
    [
      'a plan that stands for what the patient takes',
      { status: 'active', intent: 'plan', reportedBoolean: true },
      'unsure',
      'intent plan, of what was reported',
    ],
    ['an option', { status: 'active', intent: 'option' }, 'did not', 'intent option'],
    ['an order', { status: 'active', intent: 'filler-order' }, 'happened'],
    ['a plan entered in error', { status: 'entered-in-error', intent: 'plan', reportedBoolean: true }, 'did not'],
    ['what is not to be done', { status: 'active', intent: 'order', doNotPerform: true }, 'did not', 'doNotPerform'],
    ['what is not not to be done', { status: 'active', intent: 'order', doNotPerform: false }, 'happened'],
  ])('%s', (_, more, standing, reason) => {
    const outcome = happened({ resourceType: 'MedicationRequest', ...more } as Resource);
    expect(outcome.standing).toBe(standing);
    if (reason) expect(outcome).toMatchObject({ reason });
  });

  it.each([
    ['claim', 'happened'],
    ['preauthorization', 'did not'],
    ['predetermination', 'did not'],
  ])('a claim for %s', (use, standing) => {
    expect(happened({ resourceType: 'Claim', status: 'active', use }).standing).toBe(standing);
  });
});

describe('how sure a diagnosis is', () => {
  it.each<[string, object, string]>([
    ['confirmed', { coding: [official('confirmed')] }, 'happened'],
    ['unconfirmed', { coding: [official('unconfirmed')] }, 'unsure'],
    ['provisional', { coding: [official('provisional')] }, 'unsure'],
    ['differential', { coding: [official('differential')] }, 'unsure'],
    ['refuted', { coding: [official('refuted')] }, 'did not'],
    ['entered in error', { coding: [official('entered-in-error')] }, 'did not'],
    ['refuted after a code of its own', { coding: [local('N'), official('refuted')] }, 'did not'],
    ['refuted before one', { coding: [official('refuted'), local('N')] }, 'did not'],
    ['confirmed beside a code of its own', { coding: [local('C'), official('confirmed')] }, 'happened'],
    ['a code of its own alone', { coding: [local('X')] }, 'unsure'],
    ['its own word for refuted', { coding: [local('RULED_OUT')] }, 'did not'],
    ['its own word for suspected', { coding: [local('Rule out')] }, 'unsure'],
    ['refuted as text', { text: 'Refuted' }, 'did not'],
    ['a false positive', { text: 'false positive' }, 'did not'],
    ['negative', { text: 'Negative' }, 'did not'],
    ['not present', { coding: [local('NOT_PRESENT')] }, 'did not'],
    ['absent', { text: 'absent' }, 'did not'],
    ['denied', { text: 'Denied' }, 'did not'],
    ['an error as text', { text: 'Entered in Error' }, 'did not'],
    ['known absent in SNOMED CT', { coding: [{ system: System.snomed, code: '410516002' }] }, 'did not'],
    ['suspected in SNOMED CT', { coding: [{ system: System.snomed, code: '415684004' }] }, 'unsure'],
    ['confirmed in SNOMED CT', { coding: [{ system: System.snomed, code: '410605003' }] }, 'happened'],
    ['null for a coding', { coding: [{ code: null }], text: null }, 'happened'],
  ])('%s', (_, verificationStatus, standing) => {
    expect(happened({ resourceType: 'Condition', verificationStatus }).standing).toBe(standing);
  });

  it.each([
    ['A', 'did not'],
    ['V', 'unsure'],
    ['G', 'happened'],
    ['Z', 'happened'],
    ['?', 'happened'],
  ])('the letter %s beside a code of ICD-10-GM', (letter, standing) => {
    const url = 'http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit';
    const extension = [{ url, valueCoding: { code: letter } }];
    const code = {
      coding: [{ ...coded('http://fhir.de/CodeSystem/bfarm/icd-10-gm', 'E11.9').coding[0], extension }],
    };
    expect(happened({ resourceType: 'Condition', code }).standing).toBe(standing);
  });

  const unsure = ['unconfirmed', 'provisional', 'differential'].map((status) => ({
    resourceType: 'Condition',
    id: status,
    subject: { reference: 'Patient/p' },
    code: coded(System.icd10cm, 'E11.9'),
    verificationStatus: hl7('condition-ver-status', status),
  }));
  const all = [{ resourceType: 'Patient', id: 'p', gender: 'female' }, ...unsure];

  it('keeps what is unconfirmed, and counts it under what is worth knowing', async () => {
    const { records, tally } = await readTheseResources(all);
    expect(records[0].events).toHaveLength(3);
    expect(Object.fromEntries(tally.notes)).toEqual({
      'status unconfirmed, kept': 1,
      'status provisional, kept': 1,
      'status differential, kept': 1,
    });
  });

  it('leaves it out where asked to, and counts it', async () => {
    const { records, skipped, tally } = await readTheseResources(all, { unconfirmed: 'skip' });
    expect(records[0].events).toEqual([]);
    expect(skipped.Condition).toEqual({
      'status unconfirmed': 1,
      'status provisional': 1,
      'status differential': 1,
    });
    expect(tally.notes.size).toBe(0);
  });
});

describe('whether a condition is active still', () => {
  it.each<[string, object, boolean | undefined]>([
    ['active', { clinicalStatus: hl7('condition-clinical', 'active') }, true],
    ['relapsed', { clinicalStatus: hl7('condition-clinical', 'relapse') }, true],
    ['active, its own code first', { clinicalStatus: { coding: [local('1'), { code: 'active' }] } }, true],
    ['resolved', { clinicalStatus: hl7('condition-clinical', 'resolved') }, false],
    ['inactive', { clinicalStatus: hl7('condition-clinical', 'inactive') }, false],
    ['abated, on a day', { abatementDateTime: '2020-01-01' }, false],
    ['abated, in words', { abatementString: 'after surgery' }, false],
    ['not said', {}, undefined],
  ])('%s', async (_, more, active) => {
    const resource = { ...condition(), ...more };
    const { records } = await readTheseResources([{ resourceType: 'Patient', id: 'p' }, resource]);
    expect(records[0].events[0].active).toBe(active);
  });
  const condition = () => ({
    resourceType: 'Condition',
    subject: { reference: 'Patient/p' },
    code: coded(System.icd10cm, 'E11.9'),
  });
});
