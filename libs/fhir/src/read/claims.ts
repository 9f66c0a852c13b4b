import type { EventKind } from '@ehrsynth/records';
import { claimDate, datesNotRead } from './claim-dates.ts';
import { claimEncounter, encountersOf } from './claim-encounter.ts';
import { type ClaimMark, claimKeys, isReplaced, REPEATS_OTHERS, supersededBy } from './claim-status.ts';
import { linesOf } from './claim-lines.ts';
import { plainCode } from './code-writing.ts';
import { type Coding, codingsOf, type Concept } from './codings.ts';
import { dateOf } from './dates.ts';
import { modifierOf } from './extension.ts';
import type { Fact, Projection } from './facts.ts';
import type { Note } from './note.ts';
import { notAskedFor } from './kinds.ts';
import { ownKey, resolve } from './references.ts';
import type { Found } from './found.ts';
import type { Resource } from './resources.ts';
import type { SystemAliases } from './systems.ts';

export interface ClaimOptions {
  aliases: SystemAliases;
  kinds: EventKind[];
}

/** What a diagnosis or a procedure of a claim names: a concept, or a resource that has it. */
interface Named {
  codings: Coding[];
  /** Type/id of the Condition or Procedure, which counts by itself. */
  refersTo?: string;
}

const REVERSAL = 'reversal of what another claim bills';

/** Whether resources of this type are bills, which may repeat what clinical records say. */
export function isClaim(resourceType: string): boolean {
  return resourceType === 'ExplanationOfBenefit' || resourceType === 'Claim';
}

/**
 * The facts of a Claim or an ExplanationOfBenefit that was made for what happened: its diagnoses and procedures, the services and drugs of its lines, and
 * the visit or stay that it bills. A code counts once for each of its days, however many lines have it.
 * @see R4, explanationofbenefit.html; CARIN Blue Button; Medicare's Blue Button 2.0 and BCDA
 */
export function claimFacts(
  found: Found,
  patient: string,
  { aliases, kinds }: ClaimOptions,
  notes: Note[] = [],
): Projection {
  const { resource, where } = found;
  const { resourceType } = resource;
  if (isReplaced(resource)) return { skip: 'replaced by another claim' };
  const id = idOf(found);
  const start = claimDate(resource);
  const encounters = encountersOf(resource, found);
  const visit = claimEncounter(resource);
  const encounter = encounters[0] ?? (visit && id);
  const common = { resourceType, where, id, claim: {} };
  const event = (kind: EventKind, part: string, codings: Coding[], more: object): Fact => ({
    type: 'event',
    kind,
    part,
    codings,
    start,
    encounter,
    ...common,
    ...more,
  });

  const facts: Fact[] = [];
  const refersTo: string[] = [];
  const add = (kind: EventKind, part: string, named: Named, more: object = {}) => {
    if (named.refersTo && kinds.includes(kind)) refersTo.push(named.refersTo);
    if (named.codings.length > 0) facts.push(event(kind, part, named.codings, more));
  };
  for (const { diagnosisCodeableConcept, diagnosisReference } of understood(resource.diagnosis))
    add('condition', 'diagnosis', named(diagnosisCodeableConcept, diagnosisReference?.reference, found));
  for (const { date, procedureCodeableConcept, procedureReference } of understood(resource.procedure)) {
    const day = dateOf(date);
    const more = day === undefined ? {} : { start: day };
    add('procedure', 'procedure', named(procedureCodeableConcept, procedureReference?.reference, found), more);
  }
  const prescription = resolve(resource.prescription?.reference, found);
  if (prescription && kinds.includes('drug')) refersTo.push(prescription);
  const lines = linesOf(found, aliases, notes);
  if (lines.reversed > 0 && lines.read.length === 0) return { skip: REVERSAL };
  if (lines.reversed > 0) notes.push({ reason: 'line with a negative quantity: a reversal, not counted' });
  for (const { kind, codings, ...more } of lines.read) facts.push(event(kind, 'item', codings, definedOf(more)));

  const wanted = once(facts.filter((fact) => fact.type === 'event' && kinds.includes(fact.kind)));
  if (visit) wanted.unshift({ type: 'encounter', part: 'encounter', ...visit, ...common });
  if (wanted.length === 0) {
    const [other] = facts;
    if (other?.type === 'event') return { skip: notAskedFor(other.kind) };
    if (refersTo.length > 0) return { skip: REPEATS_OTHERS };
    return { skip: lines.left > 0 ? 'no drug or service named' : 'no code' };
  }
  notes.push(...datesNotRead(resource));
  if (lines.left > 0) notes.push({ reason: 'claim with lines that name no drug or service' });
  const mark: ClaimMark = {
    keys: claimKeys(found),
    supersedes: supersededBy(found),
    refersTo,
    encounters,
    created: dateOf(resource.created),
    period: periodOf(resource, start),
  };
  wanted[0] = { ...wanted[0], claim: mark, ...(notes.length > 0 && { notes }) };
  return { patient, facts: wanted };
}

function named(concept: Concept | undefined, reference: string | undefined, found: Found): Named {
  const codings = codingsOf(concept);
  if (codings.length > 0 || !reference) return { codings };
  if (!reference.startsWith('#')) return { codings, refersTo: resolve(reference, found) };
  const inner = listOf(found.resource.contained).find((one) => one.id === reference.slice(1));
  return { codings: codingsOf(inner?.code) };
}

/** What it bills from when to when, where it says so. */
function periodOf({ billablePeriod }: Resource, start: string | undefined): string | undefined {
  return start === undefined ? undefined : `${start} ${dateOf(billablePeriod?.end) ?? start}`;
}

/** The address of a claim; its place where it has none, for its facts are held together by it. */
function idOf(found: Found): string {
  const { resource, fullUrl, where, asKeys } = found;
  return asKeys || resource.id || fullUrl ? ownKey(found) : `${resource.resourceType} at ${where}`;
}

/** The same code on the same day, in whatever writing, once. */
function once(facts: Fact[]): Fact[] {
  const seen = new Set<string>();
  return facts.filter((fact) => {
    if (fact.type !== 'event') return true;
    const codes = fact.codings.map(
      ({ system, code }) =>
        `${system}|${plainCode(system, code)
          .code.replace(/[.\s-]/g, '')
          .toUpperCase()}`,
    );
    const key = [fact.kind, fact.start, ...codes].join(' ');
    return !seen.has(key) && seen.add(key);
  });
}

/** Without those that have a modifierExtension. */
function understood(value: unknown): Resource[] {
  return listOf(value).filter((element) => !modifierOf(element));
}

function listOf(value: unknown): Resource[] {
  return (value ?? []) as Resource[];
}

function definedOf(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
