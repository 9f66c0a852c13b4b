import { claimDate } from './claim-dates.ts';
import { codingsOf } from './codings.ts';
import { dateOf } from './dates.ts';
import { resolve } from './references.ts';
import type { Found } from './found.ts';
import type { Resource } from './resources.ts';

/** The visit or stay that a claim bills, its class a code of HL7's v3-ActCode. */
export interface ClaimEncounter {
  class: string;
  start?: string;
  end?: string;
  /** The bill of a hospital or another facility, not of one of its physicians. */
  isFacility: boolean;
}

/** CMS's place-of-service codes of stays, of emergency rooms, of telehealth and of the patient's home; others: AMB. */
const PLACES: Record<string, string> = {
  ...Object.fromEntries(['21', '31', '34', '51', '55', '56', '61'].map((code) => [code, 'IMP'])),
  '23': 'EMER',
  '02': 'VR',
  '10': 'VR',
  '12': 'HH',
};
/** Medicare's claim types (nch_clm_type_cd): home health, skilled nursing, hospice, inpatient. */
const MEDICARE: Record<string, string> = {
  '10': 'HH',
  '20': 'IMP',
  '30': 'IMP',
  '50': 'IMP',
  '60': 'IMP',
  '61': 'IMP',
};
const SUBTYPES: Record<string, string> = {
  inpatient: 'IMP',
  outpatient: 'AMB',
  emergency: 'EMER',
  INPATIENT: 'IMP',
  SNF: 'IMP',
  HOSPICE: 'IMP',
  HHA: 'HH',
  OUTPATIENT: 'AMB',
};
/** Facility and kind of care, the first digits of NUBC's type of bill: stays in hospitals and nursing homes, home health. */
const BILLS: [RegExp, string][] = [
  [/^0?(1[128]|2[128]|41|51|65|66|82|86)/, 'IMP'],
  [/^0?3[234]/, 'HH'],
  [/^0?\d\d\d?/, 'AMB'],
];
/** NUBC's revenue codes of emergency rooms. */
const EMERGENCY_ROOM = /^0?(45\d|981)$/;

/** What the claim bills; undefined for a pharmacy's or a supplier's, to which nobody came. */
export function claimEncounter(resource: Resource): ClaimEncounter | undefined {
  const types = [...codingsOf(resource.type), ...codingsOf(resource.subType)].map(({ code }) => code);
  if (['pharmacy', 'PDE', 'DME'].some((type) => types.includes(type))) return undefined;
  const isFacility = types.includes('institutional');
  const admission = (resource.supportingInfo as Resource[] | undefined)?.find((info) => isOf(info, 'admissionperiod'));
  const kind = isFacility ? facilityClass(resource, types, admission) : placeClass(resource);
  const stay = kind === 'IMP' ? admission : undefined;
  const start = dateOf(stay?.timingPeriod?.start ?? stay?.timingDate) ?? claimDate(resource);
  const end = dateOf(stay?.timingPeriod?.end) ?? dateOf(resource.billablePeriod?.end);
  return { class: kind, start, end: start && end && end < start ? undefined : end, isFacility };
}

/** The Encounters that its lines refer to. */
export function encountersOf({ item }: Resource, found: Found): string[] {
  const references = ((item ?? []) as Resource[]).flatMap(({ encounter }) => (encounter ?? []) as Resource[]);
  return references.map(({ reference }) => resolve(reference, found)).filter((key) => key !== undefined);
}

function facilityClass(resource: Resource, types: string[], admission: Resource | undefined): string {
  const infos = (resource.supportingInfo ?? []) as Resource[];
  const bill = infos.filter((info) => isOf(info, 'typeofbill')).flatMap(({ code }) => codingsOf(code));
  const profiles = (resource.meta?.profile ?? []) as string[];
  const known =
    types.map((type) => SUBTYPES[type]).find(Boolean) ??
    types.map((type) => MEDICARE[type]).find(Boolean) ??
    (profiles.some((url) => url.includes('Inpatient-Institutional')) ? 'IMP' : undefined) ??
    (profiles.some((url) => url.includes('Outpatient-Institutional')) ? 'AMB' : undefined) ??
    BILLS.find(([digits]) => bill.some(({ code }) => digits.test(code) && code.length > 2))?.[1] ??
    (admission ? 'IMP' : 'AMB');
  return known === 'AMB' && hasEmergencyRoom(resource) ? 'EMER' : known;
}

function hasEmergencyRoom({ item }: Resource): boolean {
  const codes = ((item ?? []) as Resource[]).flatMap(({ revenue }) => codingsOf(revenue));
  return codes.some(({ code }) => EMERGENCY_ROOM.test(code));
}

/** Of a physician's, dentist's or optician's claim: from the first place among its lines. */
function placeClass({ item }: Resource): string {
  const places = ((item ?? []) as Resource[]).flatMap(({ locationCodeableConcept }) =>
    codingsOf(locationCodeableConcept),
  );
  return places.map(({ code }) => PLACES[code.padStart(2, '0')]).find(Boolean) ?? 'AMB';
}

function isOf({ category }: Resource, code: string): boolean {
  return codingsOf(category).some((coding) => coding.code === code);
}
