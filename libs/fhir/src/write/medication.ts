import type { CodeableConcept, MedicationRequest, MedicationRequestDispenseRequest } from 'fhir/r4.js';
import type { CodedEvent } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import { toDosage } from './dosage.ts';
import { toSimpleQuantity } from './quantity.ts';
import { type Base, metaOf, UNKNOWN, type Written } from './resource.ts';
import { startOf } from './times.ts';

/** A drug, as the order by which it was given. */
export function toMedicationRequest(
  base: Base,
  event: CodedEvent,
  medicationCodeableConcept: CodeableConcept,
): MedicationRequest & Written {
  const start = startOf(event);
  const dosage = toDosage(event);
  const dispenseRequest = toDispenseRequest(event);
  return {
    resourceType: 'MedicationRequest',
    meta: metaOf('medicationrequest'),
    ...base,
    status: 'completed',
    intent: 'order',
    medicationCodeableConcept,
    ...(start && { authoredOn: start }),
    requester: { ...UNKNOWN, display: 'Unknown' },
    ...(dosage && { dosageInstruction: [dosage] }),
    ...(dispenseRequest && { dispenseRequest }),
  };
}

/** FHIR's unsignedInt. */
const MOST_REFILLS = 2 ** 31 - 1;

/** How much is handed over, how many days that lasts, and how often more: a supply of no days is none. */
function toDispenseRequest({
  quantity: given,
  daysSupply = 0,
  refills = -1,
}: CodedEvent): MedicationRequestDispenseRequest | undefined {
  const quantity = given && toSimpleQuantity(given);
  const request: MedicationRequestDispenseRequest = {
    ...(refills >= 0 && refills <= MOST_REFILLS && { numberOfRepeatsAllowed: refills }),
    ...(quantity && { quantity }),
    ...(daysSupply > 0 && {
      expectedSupplyDuration: { value: daysSupply, unit: 'days', system: UCUM, code: 'd' },
    }),
  };
  return Object.keys(request).length > 0 ? request : undefined;
}
