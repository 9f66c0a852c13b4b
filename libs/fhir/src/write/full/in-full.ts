import type { DocumentReference, Encounter, FhirResource, Observation, Patient } from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { TERMINOLOGY, type Written } from '../resource.ts';
import { toCareTeam, toPlan, type Treated } from './care.ts';
import { toCoverage, toDocument, toLabReports, toProvenance, toRewordingProvenance } from './documents.ts';
import { type Clinician, payer, type Place, referenceTo, type Site, siteFor } from './facility.ts';
import { MadeUp } from './made-up.ts';
import { endedInDeath, kindOf } from './facts.ts';
import { noteOf } from './note.ts';
import type { Reworded } from './reword.ts';

/** What a record is written as in full. */
export interface FullRecord {
  /** Of the patient: those that were given, with who and where, and what is made of them. */
  resources: Written[];
  /** Whom patients share: organizations, their places and clinicians, payers. */
  shared: Written[];
}

/**
 * Adds to a record's resources what a chart has beside codes and dates: a name, an address and a doctor; who treated, ordered and measured,
 * and where; who cares for the patient, and the latest plan; who paid; reports over laboratory results; a note for each encounter; where it all comes from. People, places and numbers are
 * made up, and the same for the same record; every statement of a note is one of the record.
 * @param resources of the record, the Patient first, then the encounters in their order
 * @param reworded sentences of its notes that a language model put into other words
 * @see US Core 6.1.0, whose profiles they claim
 */
export function inFull(
  record: PatientRecord,
  [patient, ...others]: readonly Written[],
  reworded?: Reworded,
): FullRecord {
  const site = siteFor(record.id);
  const encounters = others.slice(0, record.encounters.length) as (Encounter & Written)[];
  const clinicians = record.encounters.map(({ class: kind }, i) =>
    clinicianFor(site, placeOf(kind), `${record.id}/${i}`),
  );
  const family = clinicianFor(site, 'office', record.id);
  const byEncounter = new Map(encounters.map(({ id }, i) => [`Encounter/${id}`, clinicians[i]]));
  const days = [...record.encounters, ...record.events].flatMap(({ start }) => start ?? []).sort();
  const lastDay = record.deathDate ?? days.at(-1);
  const events = others
    .slice(encounters.length)
    .map((event) =>
      withPeople(
        event,
        byEncounter.get((event as { encounter?: { reference?: string } }).encounter?.reference ?? '') ?? family,
        site,
      ),
    );
  const visits = record.encounters.map(({ class: kind, start, end }, i): Treated => ({
    encounter: encounters[i],
    place: placeOf(kind),
    clinician: clinicians[i],
    start,
    end,
  }));
  const team = toCareTeam(record, patient, family, visits, site);
  const documents = encounters.map((encounter, i) =>
    documentOf(record, i, encounter.id, patient.id, clinicians[i], site, reworded),
  );
  const own: Written[] = [
    withName(patient as Patient & Written, record, family, site),
    ...encounters.map((encounter, i) => withPlace(encounter, record, i, clinicians[i], site)),
    ...events,
    ...toLabReports(
      events.filter(({ resourceType }) => resourceType === 'Observation') as (Observation & Written)[],
      site,
    ),
    ...documents.flat(),
    team,
    ...toPlan(record, patient, visits, events, team),
    toCoverage(record, patient.id, days[0], lastDay),
  ];
  if (lastDay !== undefined) own.push(toProvenance(record, own, lastDay, site));
  const byModel = documents.flatMap((written, i) => (reworded?.sentences.has(i) ? written : []));
  if (reworded && byModel.length > 0) own.push(toRewordingProvenance(record, byModel, reworded.by, lastDay!, site));
  return { resources: own, shared: sharedOf(site, [...new Set([family, ...clinicians])], own) };
}

function placeOf(encounterClass: string): Place {
  const kind = kindOf(encounterClass);
  if (kind === 'emergency note') return 'emergency';
  return kind === 'discharge summary' ? 'ward' : 'office';
}

function clinicianFor(site: Site, place: Place, name: string): Clinician {
  return new MadeUp(`${name}/clinician`).pick(site.clinicians[place]);
}

function withName(
  patient: Patient & Written,
  { id, sex }: PatientRecord,
  family: Clinician,
  site: Site,
): Patient & Written {
  const made = new MadeUp(id);
  return {
    ...patient,
    name: [{ use: 'official', ...made.person(sex) }],
    telecom: [made.phone('home')],
    address: [made.address()],
    communication: [
      { language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en', display: 'English' }] }, preferred: true },
    ],
    generalPractitioner: [referenceTo(family.practitioner, family.name)],
    managingOrganization: referenceTo(site.organization, site.organization.name),
  };
}

function withPlace(
  encounter: Encounter & Written,
  record: PatientRecord,
  index: number,
  { practitioner, name }: Clinician,
  site: Site,
): Encounter & Written {
  const { class: kind } = record.encounters[index];
  const location = site.locations[placeOf(kind)];
  const attender = { coding: [{ system: `${TERMINOLOGY}/v3-ParticipationType`, code: 'ATND', display: 'attender' }] };
  const expired = { coding: [{ system: `${TERMINOLOGY}/discharge-disposition`, code: 'exp', display: 'Expired' }] };
  const isDead = endedInDeath(record, record.encounters[index]);
  return {
    ...encounter,
    participant: [{ type: [attender], individual: referenceTo(practitioner, name) }],
    ...(isDead && { hospitalization: { dischargeDisposition: expired } }),
    location: [{ location: referenceTo(location, location.name) }],
    serviceProvider: referenceTo(site.organization, site.organization.name),
  };
}

/** Who recorded, ordered, did or measured. */
function withPeople(event: Written, { practitioner, name }: Clinician, { organization }: Site): Written {
  const person = referenceTo(practitioner, name);
  const added: Partial<Record<FhirResource['resourceType'], object>> = {
    Condition: { recorder: person },
    AllergyIntolerance: { recorder: person },
    MedicationRequest: { requester: person },
    Procedure: { performer: [{ actor: person }] },
    Immunization: { performer: [{ actor: person }] },
    Observation: { performer: [referenceTo(organization, organization.name)] },
  };
  return { ...event, ...added[event.resourceType] };
}

function documentOf(
  record: PatientRecord,
  index: number,
  encounter: string,
  patient: string,
  clinician: Clinician,
  site: Site,
  reworded?: Reworded,
): (DocumentReference & Written)[] {
  const note = noteOf(record, index, `${clinician.name}, ${clinician.specialty}`, reworded?.sentences.get(index));
  if (!note) return [];
  const { start, startTime, end, endTime } = record.encounters[index];
  const isLater = note.kind === 'discharge summary' && end !== undefined && end >= start!;
  const [day, time] = isLater ? [end, endTime] : [start!, startTime];
  const id = uuidOf(`${record.id}/note/${index}`);
  return [toDocument(note, { id, patient, encounter, day, time }, clinician, site)];
}

/** Of the clinicians those who treated the patient. */
function sharedOf(site: Site, clinicians: readonly Clinician[], own: readonly Written[]): Written[] {
  const payors = own.flatMap((one) => (one.resourceType === 'Coverage' ? one.payor : []));
  const payers = [payer('medicare'), payer('commercial')].map(({ organization }) => organization);
  return [
    site.organization,
    ...payers.filter(({ id }) => payors.some(({ reference }) => reference === `Organization/${id}`)),
    ...Object.values(site.locations),
    ...clinicians.flatMap(({ practitioner, role }) => [practitioner, role]),
  ];
}
