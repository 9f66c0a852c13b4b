import type { KindOfFault } from './kind-of-fault.ts';

const CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
const subject = { reference: 'Patient/p' };
const concept = { text: 'x' };
const participant = { role: [concept], member: { display: 'Dr. x' } };
const div = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>';

const plan = {
  resourceType: 'CarePlan',
  id: 'c',
  meta: { profile: [`${CORE}careplan|6.1.0`] },
  text: { status: 'generated', div },
  status: 'active',
  intent: 'plan',
  category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category', code: 'assess-plan' }] }],
  subject,
};
const team = {
  resourceType: 'CareTeam',
  id: 't',
  meta: { profile: [`${CORE}careteam|6.1.0`] },
  subject,
  participant: [participant],
};
const goal = {
  resourceType: 'Goal',
  id: 'g',
  meta: { profile: [`${CORE}goal|6.1.0`] },
  lifecycleStatus: 'active',
  description: concept,
  subject,
};

/** Plans, goals and teams in US Core. */
export const US_CORE_CARE: KindOfFault = {
  broken: [
    ['a plan without its text', plan, { text: undefined }, 'profile', 'CarePlan.text'],
    ['a plan whose text is extensions', plan, { text: { status: 'extensions', div } }, 'profile', 'CarePlan.text'],
    ['a plan of another category', plan, { category: [concept] }, 'profile', 'CarePlan.category'],
    ['a team without a patient', team, { subject: undefined }, 'profile', 'CareTeam.subject'],
    ['a team of nobody', team, { participant: undefined }, 'profile', 'CareTeam.participant'],
    [
      'a member without a role',
      team,
      { participant: [participant, { ...participant, role: undefined }] },
      'profile',
      'CareTeam.participant',
    ],
    [
      'a role that nobody has',
      team,
      { participant: [{ ...participant, member: undefined }] },
      'profile',
      'CareTeam.participant',
    ],
  ],
  right: [
    ['a plan with its text', plan, { text: { status: 'additional', div } }],
    ['a plan of two categories', plan, { category: [concept, ...plan.category] }],
    ['a team of two', team, { participant: [participant, participant] }],
    ['a goal', goal, {}],
  ],
};
