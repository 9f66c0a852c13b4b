import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { CPT, E11, I10, NDC, SUPPORT, diagnosis, eob, line, readClaims } from '../testing/claims.ts';
import { coded, hl7 } from '../testing/right-resources.ts';

describe('what a claim says', () => {
  it.each<[string, object, string[]]>([
    [
      'diagnoses, on the day of the bill',
      { diagnosis: [diagnosis(E11), diagnosis(I10)] },
      ['condition E11.9 2020-01-01', 'condition I10 2020-01-01'],
    ],
    [
      'a code without its dot',
      { diagnosis: [diagnosis(coded(System.icd10cm, 'E119'))] },
      ['condition E11.9 2020-01-01'],
    ],
    [
      'the same diagnosis in two writings once',
      { diagnosis: [diagnosis(E11), diagnosis(coded(System.icd10cm, 'e119'))] },
      ['condition E11.9 2020-01-01'],
    ],
    [
      'a contained Condition',
      {
        contained: [{ resourceType: 'Condition', id: 'c', code: E11 }],
        diagnosis: [{ diagnosisReference: { reference: '#c' } }],
      },
      ['condition E11.9 2020-01-01'],
    ],
    [
      'procedures, on their day',
      {
        procedure: [{ date: '2020-01-02T08:00:00Z', procedureCodeableConcept: coded(System.icd10pcs, '0DJD8ZZ') }],
      },
      ['procedure 0DJD8ZZ 2020-01-02'],
    ],
    [
      'procedures without a day',
      { procedure: [{ procedureCodeableConcept: coded(System.icd10pcs, '0DJD8ZZ') }] },
      ['procedure 0DJD8ZZ 2020-01-01'],
    ],
    [
      'services, on the day of their line',
      { item: [line(CPT, { servicedDate: '2020-01-02' })] },
      ['procedure 99213 2020-01-02'],
    ],
    [
      'services, on the first day of their line',
      { item: [line(CPT, { servicedPeriod: { start: '2020-01-02', end: '2020-01-05' } })] },
      ['procedure 99213 2020-01-02'],
    ],
    [
      'the same service on two days twice, on one day once',
      { item: ['02', '02', '03'].map((day) => line(CPT, { servicedDate: `2020-01-${day}` })) },
      ['procedure 99213 2020-01-02', 'procedure 99213 2020-01-03'],
    ],
    [
      'services with and without a modifier once',
      { item: [line(CPT), line(coded(System.cpt, '99213-25'))] },
      ['procedure 99213 2020-01-01'],
    ],
    [
      'no line that takes back another',
      { item: [line(CPT), line(NDC, { quantity: { value: -30 } })] },
      ['procedure 99213 2020-01-01'],
    ],
    [
      'no procedure that was called off, by a modifier in the code',
      { item: [line(CPT), line(coded(System.cpt, '45378:59,73')), line(coded(System.cpt, '45378-73'))] },
      ['procedure 99213 2020-01-01'],
    ],
    ['drugs of a line', { item: [line(NDC)] }, ['drug 00093104801 2020-01-01']],
    [
      'drugs of a detail',
      {
        item: [
          line(coded('https://www.usp.org/frequently-asked-questions/compounding', 'compound')),
          line(coded('http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBCompoundLiteral', 'compound'), {
            detail: [line(NDC)],
          }),
        ],
      },
      ['drug 00093104801 2020-01-01'],
    ],
    [
      'drugs of a detail of a detail',
      { item: [line(CPT, { detail: [{ subDetail: [line(NDC)] }] })] },
      ['procedure 99213 2020-01-01', 'drug 00093104801 2020-01-01'],
    ],
    [
      'a line with HCPCS and NDC as the drug',
      { item: [line({ coding: [...coded(System.hcpcs, 'J1815').coding, ...NDC.coding] })] },
      ['drug 00093104801 2020-01-01'],
    ],
    [
      'the day of a line where the bill has none',
      {
        billablePeriod: undefined,
        diagnosis: [diagnosis(E11)],
        item: [line(CPT, { servicedDate: '2019-12-31' })],
      },
      ['condition E11.9 2019-12-31', 'procedure 99213 2019-12-31'],
    ],
    [
      'when it was made where there is no other day',
      { billablePeriod: undefined, diagnosis: [diagnosis(E11)] },
      ['condition E11.9 2020-02-01'],
    ],
    [
      'no procedure that was called off',
      { diagnosis: [diagnosis(E11)], item: [line(CPT, { modifier: [coded('urn:x', '73')] })] },
      ['condition E11.9 2020-01-01'],
    ],
    [
      'one that failed or was denied: the service was given',
      { outcome: 'error', diagnosis: [diagnosis(E11)] },
      ['condition E11.9 2020-01-01'],
    ],
  ])('reads %s', async (_, elements, events) => {
    for (const resourceType of ['ExplanationOfBenefit', 'Claim'])
      expect(await readClaims({ ...eob(elements), resourceType })).toMatchObject({
        events,
        used: { Patient: 1, [resourceType]: 1 },
        skipped: {},
      });
  });

  it.each([
    ['revenue codes', { productOrService: coded('https://www.nubc.org/CodeSystem/RevenueCodes', '0450') }],
    ['rates', { productOrService: coded('https://www.cms.gov/Medicare/HIPPSCodes', '2BFKS') }],
    ['what is absent', { productOrService: hl7('data-absent-reason', 'not-applicable') }],
    ['visits in SNOMED CT', { productOrService: coded(System.snomed, '183452005') }],
    ['text', { productOrService: { text: 'Room' } }],
    ['groups', { productOrService: coded('https://www.cms.gov/MS-DRG-Classifications', '460') }],
  ])('counts lines that have but %s', async (_, item) => {
    const { events, notes } = await readClaims(eob({ diagnosis: [diagnosis(E11)], item: [item] }));
    expect(events).toEqual(['condition E11.9 2020-01-01']);
    expect(notes).toEqual({ 'claim with lines that name no drug or service': 1 });
  });

  it("reads a drug's quantity and the last day that it lasts", async () => {
    const supply = { category: coded(SUPPORT, 'dayssupply'), valueQuantity: { value: 30 } };
    const item = [line(NDC, { servicedDate: '2020-01-01', quantity: { value: 60, unit: 'EA' } })];
    const { full } = await readClaims(eob({ type: hl7('claim-type', 'pharmacy'), supportingInfo: [supply], item }));
    expect(full).toMatchObject([{ start: '2020-01-01', end: '2020-01-30', quantity: { value: 60, unit: 'EA' } }]);
  });

  it.each<[string, object, string]>([
    ['cancelled', { status: 'cancelled' }, 'status cancelled'],
    ['a draft', { status: 'draft' }, 'status draft'],
    ['entered in error', { status: 'entered-in-error' }, 'status entered-in-error'],
    ['asked in advance', { use: 'preauthorization' }, 'use preauthorization'],
    ['an estimate', { use: 'predetermination' }, 'use predetermination'],
    [
      'replaced',
      {
        related: [
          {
            relationship: coded(
              'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBRelatedClaimRelationshipCodes',
              'replacedby',
            ),
          },
        ],
      },
      'replaced by another claim',
    ],
  ])('counts one that is %s as none', async (_, elements, reason) => {
    const { events, encounters, skipped } = await readClaims(eob({ diagnosis: [diagnosis(E11)], ...elements }));
    expect([events, encounters]).toEqual([[], []]);
    expect(skipped).toEqual({ ExplanationOfBenefit: { [reason]: 1 } });
  });
});

describe('a claim that takes back another', () => {
  const reversed = { quantity: { value: -1 } };
  it.each<[string, object, object, object]>([
    [
      'is none where all its lines do',
      { item: [line(CPT, reversed)], diagnosis: [diagnosis(E11)] },
      { ExplanationOfBenefit: { 'reversal of what another claim bills': 1 } },
      {},
    ],
    [
      'is read where some do',
      { item: [line(CPT, reversed), line(CPT)] },
      {},
      { 'line with a negative quantity: a reversal, not counted': 1 },
    ],
  ])('%s', async (_, elements, skipped, notes) => {
    expect(await readClaims(eob(elements))).toMatchObject({ skipped, notes });
  });
});

it("a pharmacy's claim has no encounter, and none that is missed", async () => {
  const { encounters, notes, events } = await readClaims(
    eob({ type: hl7('claim-type', 'pharmacy'), item: [line(NDC)] }),
  );
  expect({ encounters, notes, drugs: events.length }).toEqual({ encounters: [], notes: {}, drugs: 1 });
});
