import type { CodeableConcept, Observation, ObservationComponent, Quantity } from 'fhir/r4.js';
import { System } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import { BLOOD_PRESSURE, profileOfVital, unitsOfVital } from '../validate/us-core-vitals.ts';

/** What of an Observation decides the profile. */
type Written = Pick<
  Observation,
  'code' | 'effectiveDateTime' | 'effectivePeriod' | 'component' | 'valueQuantity' | 'valueCodeableConcept'
>;

/**
 * US Core's profile of an Observation of that category, the narrowest that it satisfies, by its short name; undefined where there
 * is none.
 */
export function profileOf(category: string, written: Written): string | undefined {
  if (category === 'vital-signs') return vitalSignProfile(written);
  if (category === 'laboratory') return isInUcum(written) ? 'observation-lab' : undefined;
  if (category !== 'social-history' || !written.valueCodeableConcept) return undefined;
  return isSmokingStatus(written) ? 'smokingstatus' : 'simple-observation';
}

/** None without a time (vs-1); that of the sign itself only where its value is a number in a unit that the profile allows. */
function vitalSignProfile({
  code,
  effectiveDateTime,
  effectivePeriod,
  component,
  valueQuantity,
}: Written): string | undefined {
  if (!effectiveDateTime && !effectivePeriod) return undefined;
  const loinc = loincOf(code);
  if (loinc === BLOOD_PRESSURE.panel) return component?.every(isPressure) ? 'blood-pressure' : 'vital-signs';
  return (fits(valueQuantity, unitsOfVital(loinc)) && profileOfVital(loinc)) || 'vital-signs';
}

/** Whether a component is as us-core-blood-pressure has it: a half has its unit, or no value. */
function isPressure({ code, valueQuantity, dataAbsentReason }: ObservationComponent): boolean {
  const units = unitsOfVital(loincOf(code));
  return !units || !!dataAbsentReason || fits(valueQuantity, units);
}

function fits(quantity: Quantity | undefined, units: readonly string[] = []): boolean {
  return quantity?.system === UCUM && units.includes(quantity.code ?? '');
}

/** @see US Core, us-core-3 */
function isInUcum({ valueQuantity }: Written): boolean {
  return valueQuantity?.code === undefined || valueQuantity.system === UCUM;
}

/** @see US Core 6.1.0, us-core-smokingstatus */
function isSmokingStatus({ code, effectiveDateTime, valueCodeableConcept }: Written): boolean {
  const isStatus = valueCodeableConcept?.coding?.[0].system === System.snomed;
  return loincOf(code) === '72166-2' && effectiveDateTime !== undefined && isStatus;
}

function loincOf({ coding = [] }: CodeableConcept): string | undefined {
  return coding.find(({ system }) => system === System.loinc)?.code;
}
