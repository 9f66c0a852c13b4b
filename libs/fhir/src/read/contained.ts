import type { EventKind, Tally } from '@ehrsynth/records';
import { isClaim } from './claims.ts';
import { modifierOf, notUnderstood } from './extension.ts';
import type { Fact, Projection, Unconfirmed } from './facts.ts';
import { project } from './project.ts';
import { isAboutAnother } from './focus.ts';
import { happened } from './happened.ts';
import { asReference, type Key } from './identity.ts';
import { kindOf, notAskedFor } from './kinds.ts';
import { nameWithin } from './parts.ts';
import { resolve } from './references.ts';
import type { Found } from './found.ts';
import type { Resource } from './resources.ts';
import { wrongShape } from './shape.ts';

/** Why a resource within another is left out. */
const CONTAINED_NOT_READ = 'contained resources not read';

/** Elements by which a resource refers to what happened to its own patient. */
const REFERRING: Partial<Record<string, [element: string, inner?: string][]>> = {
  Encounter: [['diagnosis', 'condition'], ['reasonReference']],
  Observation: [['hasMember'], ['derivedFrom']],
  DiagnosticReport: [['result']],
  Procedure: [['reasonReference'], ['complicationDetail']],
  MedicationRequest: [['reasonReference']],
  MedicationAdministration: [['reasonReference']],
  MedicationStatement: [['reasonReference']],
};
const NONE: ReadonlySet<string> = new Set();
/** Of a claim, which are read as what the claim says. */
const OF_CLAIMS: [element: string, inner: string][] = [
  ['diagnosis', 'diagnosisReference'],
  ['procedure', 'procedureReference'],
];

/**
 * The facts of the resources within one, which have no identity of their own and share their container's versions: an
 * Encounter's diagnoses, a panel's members, a report's results. Where the container says nothing that happened, or does not
 * refer to them in this way, they are counted.
 * @param key of the container
 * @param projected what is read of the container itself
 */
export function containedFacts(
  found: Found,
  key: Key,
  projected: Projection,
  options: { kinds: EventKind[]; unconfirmed?: Unconfirmed },
  tally: Tally,
): Fact[] {
  const { resource } = found;
  const inside = readableIn(resource);
  if (inside.length === 0) return [];
  const patient = resolve(resource.subject?.reference as string | undefined, found);
  const isSound = !('fault' in projected) && isOfPatient(found, patient, options.unconfirmed);
  const wanted = Object.hasOwn(REFERRING, resource.resourceType) ? referredTo([resource, ...inside]) : NONE;
  const ofClaim = isClaim(resource.resourceType) ? idsIn(resource, OF_CLAIMS) : [];
  const facts: Fact[] = [];
  for (const inner of inside) {
    const { resourceType, id } = inner;
    const kind = kindOf(resourceType);
    if (ofClaim.includes(id as string)) continue;
    const name = nameWithin(resourceType);
    if (kind && !options.kinds.includes(kind)) tally.skip(name, notAskedFor(kind));
    else if (!kind || !isSound || !wanted.has(id as string)) tally.skip(name, CONTAINED_NOT_READ);
    else facts.push(...factsOf(inner, found, key, patient!, options.unconfirmed, tally));
  }
  return facts;
}

/** What we read where it stands by itself, except for drugs and substances, which their container reads. */
function readableIn({ contained }: Resource): Resource[] {
  if (!Array.isArray(contained)) return [];
  return (contained as (Resource | null)[]).filter(
    (inner): inner is Resource =>
      typeof inner?.resourceType === 'string' &&
      (inner.resourceType === 'Encounter' || isClaim(inner.resourceType) || kindOf(inner.resourceType) !== undefined),
  );
}

/** Whether what the container says happened, and to the patient whose record it is of. */
function isOfPatient(found: Found, patient: string | undefined, unconfirmed?: Unconfirmed): boolean {
  if (!patient?.startsWith('Patient/') || wrongShape(found.resource) || notUnderstood(found.resource)) return false;
  const { standing } = happened(found.resource);
  if (standing === 'did not' || (standing === 'unsure' && unconfirmed === 'skip')) return false;
  return found.resource.resourceType !== 'Observation' || !isAboutAnother(found, patient);
}

function referredTo(resources: Resource[]): Set<string> {
  const all = resources.filter(({ resourceType }) => Object.hasOwn(REFERRING, resourceType));
  return new Set(all.flatMap((one) => idsIn(one, REFERRING[one.resourceType]!)));
}

/** Ids of the contained resources that these elements refer to. */
function idsIn(resource: Resource, elements: [element: string, inner?: string][]): string[] {
  return elements.flatMap(([element, inner]) => {
    const value: unknown = resource[element];
    const all = (Array.isArray(value) ? value : []) as (Resource | null)[];
    return all
      .filter((one): one is Resource => typeof one === 'object' && one !== null && !modifierOf(one))
      .map((one) => (inner === undefined ? one : (one[inner] as Resource | null | undefined)))
      .map((reference) => reference?.reference as unknown)
      .filter((text): text is string => typeof text === 'string' && text.startsWith('#'))
      .map((text) => text.slice(1));
  });
}

function factsOf(
  inner: Resource,
  container: Found,
  key: Key,
  patient: string,
  unconfirmed: Unconfirmed | undefined,
  tally: Tally,
): Fact[] {
  const resourceType = nameWithin(inner.resourceType);
  if (isOfAnother(inner)) {
    tally.skip(resourceType, CONTAINED_NOT_READ);
    return [];
  }
  const where = `${container.where}, contained #${inner.id}`;
  const found: Found = { ...container, resource: asIfOutside(inner, container.resource, key), where };
  const projected = project(found, unconfirmed);
  if ('skip' in projected) tally.skip(resourceType, projected.skip);
  else if ('fault' in projected)
    tally.fault({ reason: projected.fault, resourceType, where, detail: projected.detail });
  else if (projected.patient !== patient) tally.skip(resourceType, CONTAINED_NOT_READ);
  else return projected.facts.map((fact) => ({ ...fact, id: undefined, isContained: true }) as Fact);
  return [];
}

/** Whether its subject is within the container too: a Patient without a record. */
function isOfAnother({ subject }: Resource): boolean {
  return /^#./.test(String((subject as { reference?: unknown } | null | undefined)?.reference));
}

/** With its container's subject and encounter where it has none, or names the container by `#`. */
function asIfOutside(inner: Resource, container: Resource, key: Key): Resource {
  const { subject, contained, resourceType } = container;
  const encounter =
    resourceType === 'Encounter'
      ? { reference: asReference(key) }
      : ((container.encounter ?? container.context) as unknown);
  return {
    ...inner,
    contained,
    subject: isOutside(inner.subject) ? inner.subject : subject,
    encounter: isOutside(inner.encounter) ? inner.encounter : encounter,
  };
}

function isOutside(reference: unknown): boolean {
  const text = (reference as { reference?: unknown } | null | undefined)?.reference;
  return typeof text === 'string' && text !== '' && !text.startsWith('#');
}
