import { describe, expect, it } from 'vitest';
import { CPT, E11, I10, NDC, SUPPORT, diagnosis, eob, line, readClaims } from '../testing/claims.ts';
import { coded, hl7 } from '../testing/right-resources.ts';

const PLACE = 'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set';

describe('the encounter of a claim', () => {
  const facility = { type: hl7('claim-type', 'institutional') };
  const at = (...codes: string[]) => ({
    item: codes.map((code) => line(CPT, { locationCodeableConcept: coded(PLACE, code) })),
  });
  const info = (category: string, more: object) => ({
    supportingInfo: [{ category: coded(SUPPORT, category), ...more }],
  });
  const subType = (code: string) => ({
    ...facility,
    subType: coded('http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBInstitutionalClaimSubType', code),
  });
  const bill = (code: string) => ({
    ...facility,
    ...info('typeofbill', { code: coded('https://www.nubc.org/CodeSystem/TypeOfBill', code) }),
  });

  it.each<[string, object, string | undefined]>([
    ['an office', at('11'), 'AMB'],
    ['a hospital bed', at('21'), 'IMP'],
    ['an emergency room', at('23'), 'EMER'],
    ['telehealth', at('02'), 'VR'],
    ['telehealth at home', at('10'), 'VR'],
    ['telehealth, its zero lost', at('2'), 'VR'],
    ['home', at('12'), 'HH'],
    ['no place', {}, 'AMB'],
    ['a dentist', { type: hl7('claim-type', 'oral') }, 'AMB'],
    ['an inpatient claim', subType('inpatient'), 'IMP'],
    ['an outpatient claim', subType('outpatient'), 'AMB'],
    [
      'a profile of inpatient claims',
      {
        ...facility,
        meta: {
          profile: [
            'http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-Inpatient-Institutional|2.0.0',
          ],
        },
      },
      'IMP',
    ],
    [
      "Medicare's inpatient claim",
      {
        type: {
          coding: [
            ...hl7('claim-type', 'institutional').coding,
            { system: 'https://bluebutton.cms.gov/resources/variables/nch_clm_type_cd', code: '60' },
          ],
        },
      },
      'IMP',
    ],
    [
      "Medicare's home health claim",
      {
        type: {
          coding: [
            ...hl7('claim-type', 'institutional').coding,
            { system: 'https://bluebutton.cms.gov/resources/codesystem/eob-type', code: 'HHA' },
          ],
        },
      },
      'HH',
    ],
    ['a bill of a hospital stay', bill('111'), 'IMP'],
    ['a bill of a nursing home', bill('0211'), 'IMP'],
    ['a bill of an outpatient clinic', bill('131'), 'AMB'],
    ['a bill of home health', bill('329'), 'HH'],
    ['an admission', { ...facility, ...info('admissionperiod', { timingPeriod: { start: '2020-01-01' } }) }, 'IMP'],
    [
      'an outpatient emergency',
      {
        ...subType('outpatient'),
        item: [line(CPT, { revenue: coded('https://www.nubc.org/CodeSystem/RevenueCodes', '0450') })],
      },
      'EMER',
    ],
    ['a pharmacy', { type: hl7('claim-type', 'pharmacy'), item: [line(NDC)] }, undefined],
  ])('has the class of %s', async (_, elements, kind) => {
    const { encounters, places } = await readClaims(eob({ diagnosis: [diagnosis(E11)], ...elements }));
    expect(encounters.map((one) => one.class)).toEqual(kind === undefined ? [] : [kind]);
    expect(places[0]).toBe(kind === undefined ? undefined : 0);
  });

  it('lasts from admission to discharge', async () => {
    const stay = info('admissionperiod', {
      timingPeriod: { start: '2019-12-30T10:00:00Z', end: '2020-01-05' },
    });
    expect((await readClaims(eob({ ...subType('inpatient'), ...stay }))).encounters).toEqual([
      { class: 'IMP', start: '2019-12-30', end: '2020-01-05' },
    ]);
  });

  it('is one for all bills of a stay, of the hospital and of physicians', async () => {
    const january = { start: '2020-01-01', end: '2020-01-31' };
    const { encounters, places } = await readClaims(
      eob({ id: 'doctor', ...at('21'), billablePeriod: { start: '2020-02-03', end: '2020-02-03' } }),
      eob({ id: 'jan', ...subType('inpatient'), billablePeriod: january, diagnosis: [diagnosis(E11)] }),
      eob({
        id: 'feb',
        ...subType('inpatient'),
        billablePeriod: { start: '2020-01-31', end: '2020-02-09' },
        diagnosis: [diagnosis(I10)],
      }),
      eob({ id: 'office', ...at('11'), billablePeriod: { start: '2020-02-03', end: '2020-02-03' } }),
    );
    expect(encounters).toEqual([
      { class: 'IMP', start: '2020-01-01', end: '2020-02-09' },
      { class: 'AMB', start: '2020-02-03', end: '2020-02-03' },
    ]);
    expect(places.sort()).toEqual([0, 0, 0, 1]);
  });
});
