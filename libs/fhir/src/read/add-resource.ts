import type { Tally } from '@ehrsynth/records';
import type { ClaimOptions } from './claims.ts';
import { containedFacts } from './contained.ts';
import type { Fact, Projection, Unconfirmed } from './facts.ts';
import { isNotRead } from './kinds.ts';
import { project } from './project.ts';
import { ownKey, resolve } from './references.ts';
import type { Kept } from './newest.ts';
import type { PatientGroups } from './patient-groups.ts';
import { personOf } from './people.ts';
import type { Found } from './found.ts';
import { oddSubject, setSubject } from './subject.ts';
import type { Version } from './versions.ts';

/** In place of a patient who is known only when all has been read. */
const TO_BE_JOINED = 'Patient/?';

/**
 * Reads one resource into the groups, or counts why it is none of a patient's. What its status leaves out is kept too, without
 * facts: it may be the newer version of one that was read before. Gives what is to be waited for, where facts go to the disk.
 */
export function addResource(
  found: Found,
  version: Version,
  groups: PatientGroups,
  tally: Tally,
  options: ClaimOptions & { unconfirmed?: Unconfirmed },
): Promise<void> | undefined {
  const { resource } = found;
  const { resourceType } = resource;
  const key = ownKey(found);
  const subject = resourceType === 'Patient' ? undefined : oddSubject(found);
  if (subject) setSubject(resource, 'patient' in subject ? subject.patient : TO_BE_JOINED);
  const projected = project(found, options.unconfirmed, options);
  const isRead = 'facts' in projected;
  const isOfNobody = subject && !('patient' in subject) && !('identifier' in subject);
  const refused = isRead && isOfNobody;
  count(refused ? subject : projected, found, tally);
  const inner = resource.contained
    ? containedFacts(found, key, isOfNobody ? { fault: 'no patient' } : projected, options, tally)
    : [];
  if ('fault' in projected || refused) return undefined;
  if ('skip' in projected && isNotRead(projected.skip) && inner.length === 0) return undefined;

  const facts = isRead ? [...projected.facts, ...inner] : inner;
  for (const fact of facts) setKeys(fact, inner.includes(fact) ? undefined : key);
  const kept: Kept = { key, version, scope: groups.ids.scopes.of(found), facts };
  if (resourceType === 'Patient') return groups.addPerson(kept, personOf(found, key, facts));
  if (subject && 'identifier' in subject) return groups.addByIdentifier(kept, subject.identifier);
  const patient = isRead ? projected.patient : patientOf(found);
  if (patient) {
    groups.madeUp.note(found, patient);
    return groups.add(kept, patient);
  }
  groups.addDeletion(found, version, false);
  return undefined;
}

function count(
  outcome: Projection | Exclude<ReturnType<typeof oddSubject>, undefined>,
  found: Found,
  tally: Tally,
): void {
  const { resource, where } = found;
  const { resourceType } = resource;
  if ('skip' in outcome) tally.skip(resourceType, outcome.skip);
  else if ('fault' in outcome) tally.fault({ reason: outcome.fault, resourceType, where, detail: outcome.detail });
}

function patientOf(found: Found): string | undefined {
  const { subject, patient } = found.resource;
  const key = resolve((subject ?? patient)?.reference, found);
  return key?.startsWith('Patient/') && key !== TO_BE_JOINED ? key : undefined;
}

/** Gives the fact the key of its resource, where it has one of its own; what it refers to by a urn is of the type that the element has. */
function setKeys(fact: Fact, key: string | undefined): void {
  if (fact.type === 'patient') return;
  if (key !== undefined) fact.id = key;
  if (fact.type === 'encounter') return;
  if (fact.encounter?.startsWith(URN)) fact.encounter = `Encounter/${fact.encounter.slice(URN.length)}`;
  if (fact.request?.startsWith(URN)) fact.request = `MedicationRequest/${fact.request.slice(URN.length)}`;
  if (fact.drugs?.some((part) => typeof part === 'string' && part.startsWith(URN))) {
    fact.drugs = fact.drugs.map((part) =>
      typeof part === 'string' && part.startsWith(URN) ? `Medication/${part.slice(URN.length)}` : part,
    );
  }
}

const URN = 'urn:uuid:';
