import type { CodeableConcept } from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { FHIR_ID } from '../resource-types.ts';
import { toAllergy } from './allergy.ts';
import { toCondition } from './condition.ts';
import { toEncounter } from './encounter.ts';
import { toImmunization } from './immunization.ts';
import { toMedicationRequest } from './medication.ts';
import { toObservation } from './observation.ts';
import { toPanel } from './panel.ts';
import { partsOf } from './panels.ts';
import { toPatient } from './patient.ts';
import { toProcedure } from './procedure.ts';
import { type Base, codeOf, identifierOf, type Written } from './resource.ts';

export type { Written };

/**
 * A record as R4 resources: the Patient first, then the encounters in order, then the events, the components of a panel as one. References
 * are Type/id; an id is the same whenever the record is written.
 * @see US Core 6.1.0, whose profiles they claim
 */
export function toResources(record: PatientRecord, vocabulary: Vocabulary): Written[] {
  const id = FHIR_ID.test(record.id) ? record.id : uuidOf(record.id);
  const subject = { reference: `Patient/${id}` };
  const idOf = (part: string) => uuidOf(`${record.id}/${part}`);
  const encounterIds = record.encounters.map((_, i) => idOf(`encounter/${i}`));
  return [
    toPatient(record, id),
    ...record.encounters.map((encounter, i) => toEncounter(encounter, encounterIds[i], subject)),
    ...partsOf(record.events).map(({ index, panel, ...part }) => {
      const [event] = part.events;
      const encounter =
        event.encounter === undefined ? undefined : { reference: `Encounter/${encounterIds[event.encounter]}` };
      const own = idOf(`event/${index}`);
      const base = { id: own, identifier: identifierOf(own), subject, ...(encounter && { encounter }) };
      if (panel) return toPanel(base, { index, panel, ...part }, vocabulary);
      return WRITERS[event.kind](base, event, codeOf(event, vocabulary));
    }),
  ];
}

const WRITERS: Record<CodedEvent['kind'], (base: Base, event: CodedEvent, code: CodeableConcept) => Written> = {
  condition: toCondition,
  drug: toMedicationRequest,
  procedure: toProcedure,
  measurement: toObservation,
  immunization: toImmunization,
  allergy: toAllergy,
};
