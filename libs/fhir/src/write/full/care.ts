import type { CarePlan, CareTeam, CodeableConcept, Condition, Encounter, Goal, MedicationRequest } from 'fhir/r4.js';
import { escapeHtml } from '@ehrsynth/io';
import { uuidOf } from '@ehrsynth/random';
import { addDays, type PatientRecord, System } from '@ehrsynth/records';
import { plainText } from '../plain-text.ts';
import { concept, identifierOf, metaOf, type Written } from '../resource.ts';
import { toPeriod } from '../times.ts';
import { type Clinician, type Place, referenceTo, type Site } from './facility.ts';

/** What a member of the team is, in SNOMED CT; the code of the patient's own doctor is of its US edition. */
const PRIMARY: [code: string, display: string] = ['453231000124104', 'Primary care provider'];
const ROLES: Record<Place, [code: string, display: string]> = {
  office: ['59058001', 'General physician'],
  emergency: ['309294001', 'Accident and Emergency doctor'],
  ward: ['39677007', 'Internal medicine specialist'],
};
const PLAN_CATEGORY = 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category';

/** A visit of a record, and who treated. */
export interface Treated {
  encounter: Encounter & Written;
  place: Place;
  clinician: Clinician;
  start?: string;
  end?: string;
}

/**
 * The patient's own doctor, and everyone who treated the patient, each from the first day to the last on which they did.
 * @see US Core 6.1.0, CareTeam
 */
export function toCareTeam(
  { id, deathDate }: PatientRecord,
  patient: Written,
  family: Clinician,
  visits: readonly Treated[],
  { organization }: Site,
): CareTeam & Written {
  const own = uuidOf(`${id}/care-team`);
  const others = [...new Set(visits.map(({ clinician }) => clinician))].filter((one) => one !== family);
  const member = (
    { practitioner, name }: Clinician,
    [code, display]: [string, string],
    treated: readonly Treated[],
  ) => {
    const days = treated.flatMap(({ start, end }) => [start, end ?? start].filter((day) => day !== undefined)).sort();
    const period = toPeriod({ start: days[0], end: days.at(-1) });
    return {
      role: [{ coding: [{ system: System.snomed, code, display }], text: display }],
      member: referenceTo(practitioner, name),
      onBehalfOf: referenceTo(organization, organization.name),
      ...(period && { period }),
    };
  };
  const of = (clinician: Clinician) => visits.filter((visit) => visit.clinician === clinician);
  return {
    resourceType: 'CareTeam',
    id: own,
    meta: metaOf('careteam'),
    identifier: identifierOf(own),
    status: deathDate === undefined ? 'active' : 'inactive',
    name: 'Clinicians of this patient',
    subject: referenceTo(patient),
    participant: [
      member(family, PRIMARY, of(family)),
      ...others.map((one) => member(one, ROLES[of(one)[0].place], of(one))),
    ],
    managingOrganization: [referenceTo(organization, organization.name)],
  };
}

/**
 * The assessment and plan of the latest visit at which something was diagnosed and a medication ordered: these diagnoses and these orders,
 * and the goal that the medication be taken as ordered. None where there is no such visit. The visit is over, so that plan and goal are completed.
 * @param events of the record as they are written
 * @see US Core 6.1.0, CarePlan, Goal
 */
export function toPlan(
  record: PatientRecord,
  patient: Written,
  visits: readonly Treated[],
  events: readonly Written[],
  team: CareTeam & Written,
): Written[] {
  const conditions = events.filter((event) => event.resourceType === 'Condition');
  const requests = events.filter((event) => event.resourceType === 'MedicationRequest');
  const [withDiagnoses, withOrders] = [conditions, requests].map((own) => new Set(own.map(encounterOf)));
  let index = -1;
  visits.forEach(({ encounter: { id }, start: day }, i) => {
    const isWhole = withDiagnoses.has(`Encounter/${id}`) && withOrders.has(`Encounter/${id}`);
    if (day !== undefined && isWhole && day >= (visits[index]?.start ?? '')) index = i;
  });
  if (index === -1) return [];
  const { encounter, clinician } = visits[index];
  const start = visits[index].start!;
  const isOfVisit = (event: Written) => encounterOf(event) === `Encounter/${encounter.id}`;
  const [diagnoses, orders] = [conditions.filter(isOfVisit), requests.filter(isOfVisit)];
  const [plan, goal] = [uuidOf(`${record.id}/care-plan`), uuidOf(`${record.id}/goal`)];
  const diagnosed = titlesOf(diagnoses.map(({ code }) => code));
  const ordered = titlesOf(orders.map(({ medicationCodeableConcept }) => medicationCodeableConcept));
  const author = referenceTo(clinician.practitioner, clinician.name);
  const until = lastDayOfSupply(record, index);
  return [
    {
      resourceType: 'CarePlan',
      id: plan,
      meta: metaOf('careplan'),
      text: narrative([
        'Test data: written by a program about a synthetic patient.',
        `Assessment of ${start}: ${diagnosed}.`,
        `Plan: medication ordered: ${ordered}.`,
      ]),
      identifier: identifierOf(plan),
      status: 'completed',
      intent: 'plan',
      category: [
        { coding: [{ system: PLAN_CATEGORY, code: 'assess-plan', display: 'Assessment and Plan of Treatment' }] },
      ],
      title: `Assessment and plan of ${start}`,
      subject: referenceTo(patient),
      encounter: referenceTo(encounter),
      ...(encounter.period && { period: encounter.period }),
      created: start,
      author,
      careTeam: [referenceTo(team)],
      addresses: diagnoses.map((one) => referenceTo(one as Condition & Written)),
      goal: [{ reference: `Goal/${goal}` }],
      activity: orders.map((one) => ({ reference: referenceTo(one as MedicationRequest & Written) })),
    } satisfies CarePlan & Written,
    {
      resourceType: 'Goal',
      id: goal,
      meta: metaOf('goal'),
      identifier: identifierOf(goal),
      lifecycleStatus: 'completed',
      category: [concept('goal-category', 'behavioral')],
      description: { text: `Medication taken as ordered on ${start}: ${ordered}` },
      subject: referenceTo(patient),
      startDate: start,
      ...(until && { target: [{ dueDate: until }] }),
      expressedBy: author,
    } satisfies Goal & Written,
  ];
}

function encounterOf(event: Written): string | undefined {
  return (event as { encounter?: { reference?: string } }).encounter?.reference;
}

/** The day until which what was ordered at a visit lasts, where the record says how long one of the supplies does. */
function lastDayOfSupply({ events }: PatientRecord, index: number): string | undefined {
  const days = events.flatMap(({ kind, encounter, start, daysSupply = 0 }) =>
    kind === 'drug' && encounter === index && start !== undefined && daysSupply > 0 ? [addDays(start, daysSupply)] : [],
  );
  return days.sort().at(-1);
}

/** Each once. */
function titlesOf(concepts: readonly (CodeableConcept | undefined)[]): string {
  const titles = concepts.map((one) =>
    plainText(one?.text ?? one?.coding?.[0]?.display ?? one?.coding?.[0]?.code ?? ''),
  );
  return [...new Set(titles.map((title) => (title ?? 'unnamed').replace(/\s+/g, ' ').trim()))].join('; ');
}

function narrative(lines: readonly string[]): CarePlan['text'] {
  const paragraphs = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('');
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs}</div>` };
}
