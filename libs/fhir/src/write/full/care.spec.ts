import type { CarePlan, CareTeam, CodeableConcept, Encounter, Goal, Patient } from 'fhir/r4.js';
import { type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { careFaults, type WrittenCare } from '../../testing/care-faults.ts';
import { recordArbitrary } from '../../testing/record-arbitrary.ts';
import { toResources } from '../to-resources.ts';
import { inFull } from './in-full.ts';

const vocabulary = new Vocabulary();
const event = (kind: 'condition' | 'drug', display: string, start: string, encounter: number, more = {}) => ({
  kind,
  code: { system: kind === 'drug' ? System.rxnorm : System.icd10cm, code: '1', display },
  start,
  encounter,
  ...more,
});
const anna: PatientRecord = {
  id: 'anna',
  sex: 'female',
  birthDate: '1950-05-02',
  encounters: [
    { class: 'AMB', start: '2018-01-07' },
    { class: 'IMP', start: '2019-01-07', end: '2019-01-12' },
    { class: 'AMB', start: '2020-03-01' },
  ],
  events: [
    event('condition', 'Gout', '2018-01-07', 0),
    event('drug', 'Allopurinol', '2018-01-07', 0),
    event('condition', 'Pain <in the> back', '2019-01-07', 1),
    event('condition', 'Diabetes', '2019-01-08', 1),
    event('drug', 'Metformin', '2019-01-12', 1, { daysSupply: 90 }),
    event('condition', 'Cough', '2020-03-01', 2),
  ],
};

function careOf(record: PatientRecord): WrittenCare {
  const { resources } = inFull(record, toResources(record, vocabulary));
  const of = <T>(type: string) => resources.filter(({ resourceType }) => resourceType === type) as unknown as T[];
  const coded = resources as {
    resourceType: string;
    id: string;
    code?: CodeableConcept;
    medicationCodeableConcept?: CodeableConcept;
  }[];
  const titleOf = (concept?: CodeableConcept) =>
    (concept?.text ?? concept?.coding?.[0].display ?? concept?.coding?.[0].code ?? '').replace(/\s+/g, ' ').trim();
  return {
    patient: of<Patient>('Patient')[0],
    encounters: of<Encounter>('Encounter'),
    teams: of<CareTeam>('CareTeam'),
    plans: of<CarePlan>('CarePlan'),
    goals: of<Goal>('Goal'),
    titles: new Map(
      coded.map(({ resourceType, id, code, medicationCodeableConcept }) => [
        `${resourceType}/${id}`,
        titleOf(medicationCodeableConcept ?? code),
      ]),
    ),
  };
}

describe('care in full', () => {
  it('is who treated, and the latest visit at which something was diagnosed and ordered', () => {
    const care = careOf(anna);
    const [{ participant, status }] = care.teams;
    expect([participant!.length >= 2, status]).toEqual([true, 'active']);
    expect(care.plans[0].title).toBe('Assessment and plan of 2019-01-07');
    expect(care.plans[0].text!.div).toContain('<p>Assessment of 2019-01-07: Pain &lt;in the&gt; back; Diabetes.</p>');
    expect(care.goals[0].target).toEqual([{ dueDate: '2019-04-12' }]);
    expect(careFaults(care, anna)).toEqual([]);
  });

  it('has no plan where nothing was ordered, and a team that has ended with the patient', () => {
    const alone = { ...anna, deathDate: '2020-04-01', events: anna.events.filter(({ kind }) => kind !== 'drug') };
    const { plans, goals, teams } = careOf(alone);
    expect([plans, goals]).toEqual([[], []]);
    expect(teams[0].status).toBe('inactive');
  });

  it('says nothing that is not of the record, and leaves nothing out, whatever the record', () => {
    let plans = 0;
    fc.assert(
      fc.property(recordArbitrary, fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.nat(90))), (given, more) => {
        const events = more.flatMap(([place, isDrug, daysSupply]) => {
          const encounter = place % given.encounters.length;
          const { start } = given.encounters[encounter];
          return start === undefined
            ? []
            : [event(isDrug ? 'drug' : 'condition', `${place}`, start, encounter, isDrug ? { daysSupply } : {})];
        });
        const record = { ...given, events: [...given.events, ...events] };
        const care = careOf(record);
        plans += care.plans.length;
        expect(careFaults(care, record)).toEqual([]);
      }),
      { numRuns: 80, seed: 1 },
    );
    expect(plans).toBeGreaterThan(20);
  });

  it.each<[string, (care: WrittenCare) => void]>([
    ['another diagnosis in its text', inText('Diabetes', 'Rickets')],
    ['another drug in its text', inText('ordered: Metformin', 'ordered: Insulin')],
    ['another day in its text', inText('Assessment of 2019-01-07', 'Assessment of 2019-01-08')],
    ['a diagnosis left out', inText('; Diabetes', '')],
    ['another end of the supply', ({ goals }) => (goals[0].target = [{ dueDate: '2019-05-12' }])],
    ['another goal', ({ goals }) => (goals[0].description = { text: 'Weight of 60 kg' })],
    [
      'the order of another visit',
      ({ plans, titles }) => (plans[0].activity![0].reference = toTitle(titles, 'Allopurinol')),
    ],
    ['a diagnosis of another visit', ({ plans, titles }) => plans[0].addresses!.push(toTitle(titles, 'Cough'))],
    ['a team that has ended', ({ teams }) => (teams[0].status = 'inactive')],
    ['a member that was there longer', ({ teams }) => (treated(teams[0]).period!.end = '2021-01-01')],
    ['a member that has not treated', ({ teams }) => (treated(teams[0]).member = { reference: 'Practitioner/x' })],
    ['a member left out', ({ teams }) => void teams[0].participant!.pop()],
  ])('with %s is found out', (_, change) => {
    const care = careOf(anna);
    expect(careFaults(care, anna)).toEqual([]);
    change(care);
    expect(careFaults(care, anna)).not.toEqual([]);
  });
});

function inText(text: string, other: string) {
  return ({ plans: [plan] }: WrittenCare) => {
    expect(plan.text!.div).toContain(text);
    plan.text!.div = plan.text!.div.replace(text, other);
  };
}

function toTitle(titles: WrittenCare['titles'], title: string): { reference: string } {
  return { reference: [...titles].find(([, own]) => own === title)![0] };
}

function treated({ participant }: CareTeam) {
  return participant!.find(({ period }) => period?.start === '2019-01-07')!;
}
