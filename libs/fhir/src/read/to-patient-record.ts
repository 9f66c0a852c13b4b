import {
  addDays,
  type CodedEvent,
  type Encounter,
  isPlaceholder,
  isPlaceholderOfBirth,
  type PatientRecord,
  Tally,
} from '@ehrsynth/records';
import { type Choice, chooseCodes, type CodeReading, type OfEvent } from './choose-code.ts';
import { ClaimReading, type ClaimsMode } from './claim-reading.ts';
import type { Coding } from './codings.ts';
import { detailsOf } from './details.ts';
import { type CountDrugs, DrugChains } from './drug-chains.ts';
import type { Fact } from './facts.ts';
import { endBeforeStart, lifetimeOf, settle } from './lifetime.ts';
import { conceptsOf, type Medications } from './medications.ts';
import { nameOf, nameOfWhole, PartTally } from './parts.ts';

/**
 * The facts of one patient as a PatientRecord; undefined where there is no Patient resource for them or its birth date
 * lies in the future. Unknown systems are kept under their own URI and counted.
 */
export function toPatientRecord(
  key: string,
  group: Fact[],
  medications: Medications,
  reading: CodeReading & { claims?: ClaimsMode; countDrugs?: CountDrugs },
  tally: Tally,
): Omit<PatientRecord, 'id'> | undefined {
  const patient = group.find((fact) => fact.type === 'patient');
  const refuse = (reason: string, culprits: Fact[]) => {
    const resources = new Map(culprits.map((fact) => [fact.where, nameOfWhole(fact)]));
    for (const [where, resourceType] of resources) tally.fault({ reason, resourceType, where, detail: key });
    return undefined;
  };
  if (!patient) return refuse('patient unknown', group);
  if (isInFuture(patient.birthDate, group)) return refuse('birth date in the future', [patient]);

  const dated = group.filter((fact) => fact.type !== 'patient');
  const life = lifetimeOf(patient, dated, today());
  for (const fact of dated) settle(fact, life);

  const claims = new ClaimReading(group, reading.claims ?? 'auto', tally);
  const encounterFacts = claims.encounters.sort(byStart);
  const indexOf = new Map(encounterFacts.map((fact, index) => [fact.id, index]));
  const encounters: Encounter[] = encounterFacts.map(({ class: kind, start, startTime, end, endTime }) => ({
    class: kind,
    start,
    ...(startTime && { startTime }),
    end,
    ...(endTime && { endTime }),
  }));
  const eventFacts = claims.facts.filter((fact) => fact.type === 'event').sort(claimsLast);
  const requestDates = requestDatesOf(eventFacts);

  const parts = new PartTally(tally);
  const conceptsIn = (fact: Fact & { type: 'event' }): Coding[][] | undefined => {
    if (!fact.drugs) return [fact.codings];
    const drug = conceptsOf(fact.drugs, medications);
    const { where } = fact;
    const resourceType = nameOf(fact);
    if ('concepts' in drug) {
      for (const detail of drug.missing)
        tally.note({ reason: 'an ingredient unknown, the others read', resourceType, where, detail });
      return drug.concepts;
    }
    parts.leave(fact);
    if ('skip' in drug) tally.skip(resourceType, drug.skip);
    else tally.fault({ reason: drug.fault, resourceType, where, detail: drug.detail });
    return undefined;
  };
  const isReadable = ({ drugs, kind, where, resourceType }: Fact & { type: 'event' }): boolean => {
    const found = conceptsOf(drugs ?? [], medications);
    return (
      'concepts' in found &&
      codesIn(found.concepts, { kind, resourceType, where }, reading, new Tally()).codes.length > 0
    );
  };
  const chains = reading.countDrugs === 'each' ? undefined : new DrugChains(eventFacts, isReadable);
  const events: CodedEvent[] = [];
  for (const fact of eventFacts) {
    if (!claims.reads(fact)) continue;
    const counted = chains?.whyCounted(fact);
    if (counted) {
      parts.leave(fact);
      tally.skip(nameOf(fact), counted);
      continue;
    }
    const concepts = conceptsIn(fact);
    if (!concepts) continue;
    const { kind, where, active, startTime, endTime } = fact;
    const resourceType = nameOf(fact);
    const { codes, refusal } = codesIn(concepts, { kind, resourceType, where }, reading, tally);
    if (codes.length === 0) {
      parts.leave(fact);
      if (!refusal || refusal.isAllowed) tally.skip(resourceType, refusal?.reason ?? 'no code');
      else tally.fault({ reason: refusal.reason, resourceType, where, detail: refusal.detail });
      continue;
    }
    claims.hasRead(fact);
    const encounter = claims.encounterOf(fact, indexOf);
    const start =
      fact.start ??
      (fact.request === undefined ? undefined : requestDates.get(fact.request)) ??
      (encounter === undefined ? undefined : encounters[encounter].start);
    const isReversed = fact.end !== undefined && start !== undefined && fact.end < start;
    if (isReversed) (fact.notes ??= []).push(endBeforeStart(fact.end!, start!));
    const end = isReversed ? undefined : fact.end;
    parts.use(fact);
    const details = fact.details && detailsOf(fact.details, { resourceType, where }, reading, tally);
    for (const code of codes) {
      const event: CodedEvent = { kind, code, start };
      if (fact.start && startTime) event.startTime = startTime;
      event.end = end;
      if (end && endTime) event.endTime = endTime;
      event.encounter = encounter;
      event.active = active;
      events.push(details ? Object.assign(event, details) : event);
    }
  }
  for (const fact of [patient, ...encounterFacts]) parts.use(fact);
  parts.close();
  claims.close();
  const { sex, race, ethnicity } = patient;
  const { birthDate, deathDate } = life;
  return { sex, birthDate, deathDate, race, ethnicity, encounters, events };
}

/** When the requests were made that other facts refer to and have their dates from. */
function requestDatesOf(facts: (Fact & { type: 'event' })[]): Map<string | undefined, string | undefined> {
  const isAsked = facts.some(({ request, start }) => request !== undefined && start === undefined);
  return new Map(isAsked ? facts.map(({ id, start }) => [id, start]) : []);
}

/** The codes of all that a fact consists of, or why it has none; where some can be read, the others are noted. */
function codesIn(concepts: Coding[][], fact: OfEvent, reading: CodeReading, tally: Tally): Choice {
  if (concepts.length === 1) return chooseCodes(concepts[0], fact, reading, tally);
  const choices = concepts.map((codings) => chooseCodes(codings, fact, reading, tally));
  const codes = choices.flatMap((choice) => choice.codes);
  const refusals = choices.map(({ refusal }) => refusal).filter((refusal) => refusal !== undefined);
  if (codes.length === 0) return { codes, refusal: refusals[0] };
  const { resourceType, where } = fact;
  for (const { reason, detail } of refusals)
    tally.note({
      reason: 'an ingredient that cannot be read, the others read',
      resourceType,
      where,
      detail: `${reason}: ${detail}`,
    });
  return { codes };
}

/** Later than today, wherever on Earth, and than every date of the record: a shifted record lies in the future as a whole. */
function isInFuture(birthDate: string | undefined, group: Fact[]): boolean {
  if (!birthDate || birthDate <= addDays(today(), 1) || isPlaceholderOfBirth(birthDate)) return false;
  return !group.some(
    (fact) => fact.type !== 'patient' && fact.start && fact.start >= birthDate && !isPlaceholder(fact.start),
  );
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function claimsLast(a: Fact, b: Fact): number {
  return Number(Boolean(a.claim)) - Number(Boolean(b.claim));
}

interface Begun {
  id: string;
  start?: string;
  startTime?: string;
}

function byStart(a: Begun, b: Begun): number {
  const [x, y] = [a, b].map(({ start = '9999', startTime = '', id }) => `${start} ${startTime} ${id}`);
  return x < y ? -1 : x > y ? 1 : 0;
}
