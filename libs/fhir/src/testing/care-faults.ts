import type { CarePlan, CareTeam, Encounter, Goal, Patient } from 'fhir/r4.js';
import { addDays, type CodedEvent, type PatientRecord } from '@ehrsynth/records';

/** What a record is written as in full, as far as care is concerned. */
export interface WrittenCare {
  patient: Patient;
  /** In the record's order. */
  encounters: Encounter[];
  teams: CareTeam[];
  plans: CarePlan[];
  goals: Goal[];
  /** Type/id → code or text, of the conditions and orders. */
  titles: ReadonlyMap<string, string>;
}

/** Reads what is written of a record's care: what it says and the record does not, and what it leaves out. */
export function careFaults(care: WrittenCare, record: PatientRecord): string[] {
  return [...teamFaults(care, record), ...planFaults(care, record)];
}

function teamFaults({ patient, encounters, teams: [team, ...more] }: WrittenCare, record: PatientRecord): string[] {
  const faults: string[] = [];
  if (!team || more.length > 0) return [`${more.length + (team ? 1 : 0)} teams, not one`];
  if (team.status !== (record.deathDate ? 'inactive' : 'active')) faults.push(`the team is ${team.status}`);
  if (team.subject!.reference !== `Patient/${patient.id}`) faults.push('the team is of another patient');
  const days = new Map<string, string[]>([[patient.generalPractitioner![0].reference!, []]]);
  encounters.forEach(({ participant }, i) => {
    const { start, end = start } = record.encounters[i];
    const who = participant![0].individual!.reference!;
    days.set(who, [...(days.get(who) ?? []), ...[start, end].filter((day) => day !== undefined)]);
  });
  const members = team.participant!.map(({ member }) => member!.reference!);
  if (new Set(members).size !== members.length) faults.push('the team has somebody twice');
  for (const who of members) if (!days.has(who)) faults.push(`${who} has not treated this patient`);
  for (const who of days.keys()) if (!members.includes(who)) faults.push(`${who} is left out of the team`);
  for (const { member, period } of team.participant!) {
    const own = [...(days.get(member!.reference!) ?? [])].sort();
    if (period?.start !== own[0] || period?.end !== own.at(-1))
      faults.push(`${member!.reference} was there on other days`);
  }
  return faults;
}

function planFaults({ encounters, plans, goals, titles }: WrittenCare, record: PatientRecord): string[] {
  const of = (kind: CodedEvent['kind'], index: number) =>
    record.events.filter((event) => event.kind === kind && event.encounter === index);
  const planned = record.encounters.flatMap(({ start }, i) =>
    start !== undefined && of('condition', i).length > 0 && of('drug', i).length > 0 ? [{ start, i }] : [],
  );
  if (planned.length === 0) return plans.length + goals.length > 0 ? ['a plan where nothing was ordered'] : [];
  const [plan] = plans;
  const [goal] = goals;
  if (plans.length !== 1 || goals.length !== 1)
    return [`${plans.length} plans and ${goals.length} goals, not one of each`];
  const index = encounters.findIndex(({ id }) => plan.encounter?.reference === `Encounter/${id}`);
  const { start } = record.encounters[index] ?? {};
  const faults: string[] = [];
  const expect = (what: string, is: unknown, should: unknown) => {
    if (is !== should) faults.push(`${what}: ${String(is)}, not ${String(should)}`);
  };
  expect(
    'day',
    start,
    planned
      .map((one) => one.start)
      .sort()
      .at(-1),
  );
  const [diagnosed, ordered] = [namesOf(of('condition', index)), namesOf(of('drug', index))];
  const text = (plan.text!.div.match(/<p>[^<]*/g) ?? []).map((line) => unescaped(line.slice(3)));
  expect('lines', text.length, 3);
  expect('what it is', text[0], 'Test data: written by a program about a synthetic patient.');
  expect('assessment', text[1], `Assessment of ${start}: ${diagnosed}.`);
  expect('plan', text[2], `Plan: medication ordered: ${ordered}.`);
  expect('goal', goal.description.text, `Medication taken as ordered on ${start}: ${ordered}`);
  expect('begin of the goal', goal.startDate, start);
  const titlesAt = (references: { reference?: string }[] = []) =>
    [...new Set(references.map(({ reference }) => titles.get(reference!)))].join('; ');
  expect('addresses', titlesAt(plan.addresses), diagnosed);
  expect('activities', titlesAt(plan.activity!.map(({ reference }) => reference!)), ordered);
  expect('number of activities', plan.activity!.length, of('drug', index).length);
  const supplies = of('drug', index).flatMap((event) =>
    (event.daysSupply ?? 0) > 0 && event.start ? [addDays(event.start, event.daysSupply!)] : [],
  );
  expect('day on which the supply ends', goal.target?.[0].dueDate, supplies.sort().at(-1));
  return faults;
}

function namesOf(events: readonly CodedEvent[]): string {
  const names = events.map(({ code: { code, display } }) =>
    (display?.trim() ? display : code).replace(/\s+/g, ' ').trim(),
  );
  return [...new Set(names)].join('; ');
}

function unescaped(text: string): string {
  const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(#?\w+);/g, (whole, name: string) => signs[name] ?? whole);
}
