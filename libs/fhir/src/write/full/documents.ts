import type {
  CodeableConcept,
  Coverage,
  Device,
  DiagnosticReport,
  DocumentReference,
  Observation,
  Provenance,
} from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import { ageInYears, type PatientRecord, System } from '@ehrsynth/records';
import { identifierOf, metaOf, TERMINOLOGY, type Written } from '../resource.ts';
import { type Clinician, payer, referenceTo, type Site } from './facility.ts';
import { MadeUp } from './made-up.ts';
import type { Rewriter } from './reword.ts';
import type { NoteKind } from './facts.ts';

/** LOINC's types of document. */
const NOTES: Record<NoteKind, { code: string; display: string }> = {
  'visit note': { code: '11506-3', display: 'Progress note' },
  'emergency note': { code: '34111-5', display: 'Emergency department Note' },
  'discharge summary': { code: '18842-5', display: 'Discharge summary' },
};
const NOTE_CATEGORY = 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category';

/** An instant of a day; noon where no time is known. */
export function instantOf(day: string, time = '12:00'): string {
  return `${day}T${time}:00Z`;
}

/** A clinical note as a document. */
export function toDocument(
  { kind, text }: { kind: NoteKind; text: string },
  { id, patient, encounter, day, time }: { id: string; patient: string; encounter: string; day: string; time?: string },
  { practitioner, name }: Clinician,
  { organization }: Site,
): DocumentReference & Written {
  const type = NOTES[kind];
  return {
    resourceType: 'DocumentReference',
    id,
    meta: metaOf('documentreference'),
    identifier: identifierOf(id),
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: System.loinc, ...type }], text: type.display },
    category: [{ coding: [{ system: NOTE_CATEGORY, code: 'clinical-note', display: 'Clinical Note' }] }],
    subject: { reference: `Patient/${patient}` },
    date: instantOf(day, time),
    author: [referenceTo(practitioner, name)],
    custodian: referenceTo(organization, organization.name),
    content: [
      {
        attachment: { contentType: 'text/plain; charset=utf-8', data: Buffer.from(text).toString('base64') },
        format: {
          system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
          code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient',
          display: 'mimeType Sufficient',
        },
      },
    ],
    context: { encounter: [{ reference: `Encounter/${encounter}` }], period: { start: day } },
  };
}

/** One report for the laboratory results of an encounter and a day. */
export function toLabReports(
  observations: readonly (Observation & Written)[],
  { organization }: Site,
): (DiagnosticReport & Written)[] {
  const groups = new Map<string, (Observation & Written)[]>();
  for (const one of observations) {
    const day = (one.effectiveDateTime ?? one.effectivePeriod?.start)?.slice(0, 10);
    if (!day || !one.category?.some(({ coding }) => coding?.some(({ code }) => code === 'laboratory'))) continue;
    const key = `${one.encounter?.reference ?? ''} ${day}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, results]) => {
    const [{ subject, encounter, id: first }] = results;
    const id = uuidOf(`${first}/report`);
    return {
      resourceType: 'DiagnosticReport',
      id,
      meta: metaOf('diagnosticreport-lab'),
      identifier: identifierOf(id),
      status: 'final',
      category: [{ coding: [{ system: `${TERMINOLOGY}/v2-0074`, code: 'LAB', display: 'Laboratory' }] }],
      code: { coding: [{ system: System.loinc, code: '11502-2', display: 'Laboratory report' }] },
      subject: subject!,
      ...(encounter && { encounter }),
      effectiveDateTime: key.slice(key.lastIndexOf(' ') + 1),
      issued: instantOf(key.slice(key.lastIndexOf(' ') + 1)),
      performer: [referenceTo(organization, organization.name)],
      result: results.map((result) => referenceTo(result)),
    };
  });
}

/** From this age on Medicare pays. */
const MEDICARE_AGE = 65;

/** Who paid when the record ended, from its first day on. */
export function toCoverage(
  record: PatientRecord,
  patient: string,
  firstDay: string | undefined,
  lastDay: string | undefined,
): Coverage & Written {
  const { birthDate } = record;
  const age =
    birthDate !== undefined && lastDay !== undefined && birthDate <= lastDay ? ageInYears(birthDate, lastDay) : 0;
  const { organization, code, display } = payer(age >= MEDICARE_AGE ? 'medicare' : 'commercial');
  const id = uuidOf(`${record.id}/coverage`);
  const member = new MadeUp(`${record.id}/member`).number(10);
  return {
    resourceType: 'Coverage',
    id,
    meta: metaOf('coverage'),
    identifier: identifierOf(id),
    status: record.deathDate === undefined ? 'active' : 'cancelled',
    type: { coding: [{ system: 'https://nahdo.org/sopt', code, display }], text: display },
    subscriberId: member,
    beneficiary: { reference: `Patient/${patient}` },
    relationship: { coding: [{ system: `${TERMINOLOGY}/subscriber-relationship`, code: 'self', display: 'Self' }] },
    ...(firstDay && {
      period: { start: firstDay, ...(record.deathDate && record.deathDate >= firstDay && { end: record.deathDate }) },
    }),
    payor: [referenceTo(organization, organization.name)],
  };
}

/** That a program made the resources: of each patient one, over all of theirs. */
export function toProvenance(
  record: PatientRecord,
  targets: readonly Written[],
  lastDay: string,
  { organization }: Site,
): Provenance & Written {
  return {
    resourceType: 'Provenance',
    id: uuidOf(`${record.id}/provenance`),
    meta: metaOf('provenance'),
    target: targets.map((target) => referenceTo(target)),
    recorded: instantOf(lastDay),
    activity: { text: 'Synthetic data, drawn from a model and written by ehrsynth' },
    agent: [{ type: participant('author', 'Author'), who: referenceTo(organization, organization.name) }],
  };
}

/** That a language model worded the notes, and which: its file's name and SHA-256. */
export function toRewordingProvenance(
  record: PatientRecord,
  notes: readonly Written[],
  { name, sha256 }: Pick<Rewriter, 'name' | 'sha256'>,
  lastDay: string,
  site: Site,
): Provenance & Written {
  const whole = toProvenance(record, notes, lastDay, site);
  const model: Device = {
    resourceType: 'Device',
    id: 'model',
    identifier: [{ value: `sha256:${sha256}` }],
    deviceName: [{ name, type: 'model-name' }],
    type: { text: 'Language model' },
  };
  return {
    ...whole,
    id: uuidOf(`${record.id}/provenance/rewording`),
    contained: [model],
    activity: {
      text: 'Sentences of clinical notes reworded by a local language model, each read back and checked against the record',
    },
    agent: [
      ...whole.agent,
      { type: participant('assembler', 'Assembler'), who: { reference: '#model', display: name } },
    ],
  };
}

function participant(code: string, display: string): CodeableConcept {
  return { coding: [{ system: `${TERMINOLOGY}/provenance-participant-type`, code, display }] };
}
