/** Three patients with a few of everything that searches are tried on; ids are those of the resources. */
export const SMALL_CLINIC: object[] = [
  { resourceType: 'Organization', id: 'org', name: 'Clinic of Examples' },
  { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Müller', given: ['Ada'] }] },
  {
    resourceType: 'Patient',
    id: 'ann',
    name: [{ family: 'Peters', given: ['Ann', 'Chloé'] }],
    gender: 'female',
    birthDate: '1950-03-01',
    generalPractitioner: [{ reference: 'Practitioner/doc' }],
    managingOrganization: { reference: 'Organization/org' },
    telecom: [{ system: 'phone', value: '555-1' }],
    identifier: [
      {
        system: 'urn:mrn',
        value: 'A,1',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      },
    ],
  },
  { resourceType: 'Patient', id: 'bob', name: [{ family: 'Van Peters' }], gender: 'male', birthDate: '1980-06-15' },
  { resourceType: 'Patient', id: 'cy', gender: 'male', deceasedBoolean: false },
  {
    resourceType: 'Encounter',
    id: 'visit',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: 'Patient/ann' },
    period: { start: '2020-01-10T08:00:00Z', end: '2020-01-20T08:00:00Z' },
    participant: [{ individual: { reference: 'Practitioner/doc' } }],
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">A visit</div>' },
  },
  condition('gout', 'ann', 'M10.9', 'Gout, unspecified', '2020-01-11'),
  condition('flu', 'bob', 'J11.1', 'Influenza', '2021-02'),
  glucose('low', 'ann', '2020-01-12T09:00:00Z', 90),
  glucose('high', 'ann', '2020-03-01', 126.4),
  glucose('mmol', 'bob', '2020-03-01', 5.45, 'mmol/L'),
  {
    ...observation('bp', 'ann', '2020-01-12', '85354-9'),
    component: [component('8480-6', 140), component('8462-4', 80)],
  },
];

function condition(id: string, patient: string, code: string, display: string, onsetDateTime: string): object {
  return {
    resourceType: 'Condition',
    id,
    subject: { reference: `Patient/${patient}` },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code, display }], text: display },
    onsetDateTime,
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    ...(patient === 'ann' && { encounter: { reference: 'Encounter/visit' } }),
  };
}

function observation(id: string, patient: string, effectiveDateTime: string, code: string): object {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code }] },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime,
  };
}

function glucose(id: string, patient: string, time: string, value: number, unit = 'mg/dL'): object {
  return { ...observation(id, patient, time, '2345-7'), valueQuantity: quantity(value, unit) };
}

function component(code: string, value: number): object {
  return { code: { coding: [{ system: 'http://loinc.org', code }] }, valueQuantity: quantity(value, 'mm[Hg]') };
}

function quantity(value: number, code: string): object {
  return { value, unit: code, system: 'http://unitsofmeasure.org', code };
}
