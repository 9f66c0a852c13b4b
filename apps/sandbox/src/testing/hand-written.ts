import type { Held } from './by-hand.ts';

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const SNOMED = 'http://snomed.info/sct';
const of = (id: string) => ({ reference: `Patient/${id}` });
const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const plain = (code: string) => coded('urn:example', code);
const drug = { medicationReference: { reference: 'Medication/pills' } };

/** What a plan or order has that the export does not write, of two patients. */
const RESOURCES: Held[] = [
  { resourceType: 'Medication', id: 'pills', code: plain('pills') },
  {
    resourceType: 'MedicationRequest',
    id: 'planned-pills',
    status: 'active',
    intent: 'plan',
    subject: of('p1'),
    authoredOn: '2021-05-05T10:00:00Z',
    requester: of('p1'),
    encounter: { reference: 'Encounter/planned' },
    ...drug,
  },
  { resourceType: 'MedicationDispense', id: 'd1', status: 'completed', subject: of('p1'), type: plain('FF'), ...drug },
  { resourceType: 'MedicationDispense', id: 'd2', status: 'completed', subject: of('p1'), type: plain('RF'), ...drug },
  { resourceType: 'MedicationDispense', id: 'd3', status: 'stopped', subject: of('p2'), type: plain('FF'), ...drug },
  ...['p1', 'p1', 'p2'].map((patient, i) => ({
    resourceType: 'ServiceRequest',
    id: `order-${i}`,
    status: i === 1 ? 'active' : 'completed',
    intent: 'order',
    category: [coded(SNOMED, i === 1 ? '363679005' : '108252007')],
    code: plain(i === 1 ? 'scan' : 'blood count'),
    subject: of(patient),
    authoredOn: `2020-0${i + 1}-10`,
  })),
  ...['p1', 'p1', 'p2'].map((patient, i) => ({
    resourceType: 'QuestionnaireResponse',
    id: `answers-${i}`,
    questionnaire: `http://example.org/Questionnaire/${i === 1 ? 'sleep' : 'mood'}`,
    status: i === 1 ? 'in-progress' : 'completed',
    subject: of(patient),
    authored: `2020-0${i + 1}-10T09:00:00Z`,
  })),
  ...['p1', 'p1', 'p2'].map((patient, i) => ({
    resourceType: 'RelatedPerson',
    id: `kin-${i}`,
    active: true,
    patient: of(patient),
    name: [{ family: i === 1 ? 'Ångström' : 'Miller', given: ['Kim'] }],
  })),
  ...['p1', 'p2'].map((patient, i) => ({
    resourceType: 'Specimen',
    id: `blood-${i}`,
    type: plain('blood'),
    subject: of(patient),
  })),
  ...['p1', 'p1', 'p2'].map((patient, i) => ({
    resourceType: 'Device',
    id: `device-${i}`,
    status: i === 1 ? 'inactive' : 'active',
    type: plain(i === 1 ? 'stent' : 'pacemaker'),
    patient: of(patient),
  })),
  {
    resourceType: 'Endpoint',
    id: 'mailbox',
    status: 'active',
    connectionType: { system: 'urn:example', code: 'mail' },
    payloadType: [plain('any')],
    address: 'mailto:x@example.org',
  },
  {
    resourceType: 'Practitioner',
    id: 'lee',
    identifier: [{ system: 'urn:npi', value: '7' }],
    name: [{ family: 'Lee' }],
  },
  {
    resourceType: 'PractitionerRole',
    id: 'lee-role',
    practitioner: { reference: 'Practitioner/lee' },
    specialty: [plain('surgery')],
    endpoint: [{ reference: 'Endpoint/mailbox' }],
    telecom: [{ system: 'phone', value: '1' }],
  },
  {
    resourceType: 'Condition',
    id: 'asserted',
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/condition-assertedDate', valueDateTime: '2021-02-03' }],
    clinicalStatus: coded(`${TERMINOLOGY}/condition-clinical`, 'recurrence'),
    category: [coded(`${TERMINOLOGY}/condition-category`, 'problem-list-item')],
    code: plain('asthma'),
    subject: of('p1'),
    onsetPeriod: { start: '2020-12-01', end: '2021-01-31' },
  },
  {
    resourceType: 'Encounter',
    id: 'planned',
    status: 'planned',
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code: 'VR' },
    type: [plain('call')],
    subject: of('p1'),
    period: { start: '2021-05-05T10:00:00Z' },
    hospitalization: { dischargeDisposition: plain('home') },
  },
  {
    resourceType: 'AllergyIntolerance',
    id: 'outgrown',
    clinicalStatus: coded(`${TERMINOLOGY}/allergyintolerance-clinical`, 'resolved'),
    code: plain('eggs'),
    patient: of('p1'),
  },
  {
    resourceType: 'CarePlan',
    id: 'active-plan',
    status: 'active',
    intent: 'plan',
    category: [coded('http://hl7.org/fhir/us/core/CodeSystem/careplan-category', 'assess-plan'), plain('diet')],
    subject: of('p1'),
    period: { start: '2021-05' },
  },
  {
    resourceType: 'CareTeam',
    id: 'proposed-team',
    status: 'proposed',
    subject: of('p1'),
    participant: [{ role: [plain('nurse')], member: of('p1') }],
  },
  ...['p1', 'p2'].map((patient, i) => ({
    resourceType: 'Goal',
    id: `goal-${i}`,
    lifecycleStatus: i === 0 ? 'active' : 'proposed',
    description: plain('walk'),
    subject: of(patient),
    target: [{ dueDate: `2022-0${i + 1}-01` }],
  })),
  {
    resourceType: 'DiagnosticReport',
    id: 'scan-report',
    status: 'preliminary',
    category: [coded('http://loinc.org', 'LP29684-5')],
    code: coded('http://loinc.org', '18748-4'),
    subject: of('p1'),
    effectivePeriod: { start: '2021-05-01', end: '2021-05-03' },
  },
  {
    resourceType: 'DocumentReference',
    id: 'old-note',
    status: 'superseded',
    type: coded('http://loinc.org', '11488-4'),
    category: [plain('letter')],
    subject: of('p1'),
    date: '2017-05-05T10:00:00Z',
    content: [{ attachment: { contentType: 'text/plain', data: 'eA==' } }],
    context: { period: { start: '2017-05-04', end: '2017-05-05' } },
  },
  {
    resourceType: 'Immunization',
    id: 'refused',
    status: 'not-done',
    vaccineCode: plain('flu'),
    patient: of('p1'),
    occurrenceDateTime: '2021-10',
  },
  {
    resourceType: 'Procedure',
    id: 'going-on',
    status: 'in-progress',
    code: plain('dialysis'),
    subject: of('p1'),
    performedPeriod: { start: '2021-01-01' },
  },
  {
    resourceType: 'Observation',
    id: 'first-result',
    status: 'preliminary',
    category: [coded(`${TERMINOLOGY}/observation-category`, 'laboratory')],
    code: coded('http://loinc.org', '718-7'),
    subject: of('p1'),
    effectiveDateTime: '2021-05-05T10:00:00Z',
  },
];

/** Where all of these come from. */
const PROVENANCE: Held = {
  resourceType: 'Provenance',
  id: 'by-hand',
  target: RESOURCES.map(({ resourceType, id }) => ({ reference: `${resourceType}/${id}` })),
  recorded: '2022-01-01T00:00:00Z',
  agent: [{ who: { display: 'By hand' } }],
};

export const HAND_WRITTEN: Held[] = [...RESOURCES, PROVENANCE];
