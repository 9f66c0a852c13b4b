import { ageInYears, dayOf, daysBetween, System } from '@ehrsynth/records';
import { normaliseNdc, plausibility, type Vocabulary } from '@ehrsynth/vocab';
import { resolve } from '../read/facts.ts';
import type { Found, Resource } from '../read/resources.ts';
import { type Context, factOf } from './context.ts';
import type { Report } from './finding.ts';

/** A birth date has no time zone, and an instant may be written in one that is a day behind. */
const ZONE_DAYS = 1;

/** A reference points to something that is there and of a type that may stand there. */
export function checkReference(
  path: string,
  reference: string,
  targets: string[],
  holder: Resource,
  found: Found,
  context: Context,
  report: Report,
): void {
  if (reference.startsWith('#')) {
    const contained = (found.resource.contained ?? holder.contained ?? []) as Resource[];
    const target = contained.find(({ id }) => id === reference.slice(1));
    if (!target) report('error', 'reference', path, `No contained resource ${reference}`);
    else checkTarget(target.resourceType, path, targets, report);
    return;
  }
  if (reference.includes('?')) return;
  const key = resolve(reference, found)!;
  const type = /^([A-Z]\w+)\//.exec(key)?.[1];
  if (type) checkTarget(type, path, targets, report);
  if (context.has(key)) return;
  if (reference.startsWith('urn:'))
    report('error', 'reference', path, `Nothing in the bundle has the fullUrl ${reference}`);
  else if (/^https?:/.test(reference)) return;
  else if (type && context.hasType(type)) report('error', 'reference', path, `There is no ${reference}`);
  else report('information', 'reference', path, `${reference} is not among the files`);
}

function checkTarget(type: string, path: string, targets: string[], report: Report): void {
  if (targets.length > 0 && !targets.includes(type)) {
    report('error', 'reference', path, `Points to a ${type}, and may point to ${targets.join(', ')}`);
  }
}

/** A code is in its system's dictionary, where we have one. */
export function checkCode(
  path: string,
  system: string,
  code: string,
  vocabulary: Vocabulary,
  report: Report,
): void {
  if (system === System.ndc && normaliseNdc(code).kind === 'invalid' && !/^\d{9}$/.test(code)) {
    report('error', 'code', path, `Not an NDC: ${code}`);
  }
  if (!vocabulary.has(system)) return;
  const known = vocabulary.find(system, code);
  if (known?.billable === false)
    report('information', 'code', path, `${code} is a header, not a billable code`);
  if (known) return;
  const severity = vocabulary.isComplete(system) ? 'error' : 'information';
  report(severity, 'code', path, `${code} is not in the dictionary of ${system}`);
}

/** Dates stand in order, and nothing is impossible for the patient's sex and age. */
export function checkTimes(found: Found, context: Context, report: Report, today: string): void {
  const { resourceType, birthDate } = found.resource;
  if (resourceType === 'Patient') {
    const death = found.resource.deceasedDateTime as string | undefined;
    if (birthDate > today) report('warning', 'date', 'Patient.birthDate', `In the future: ${birthDate}`);
    if (birthDate && death && dayOf(death) < birthDate) {
      report('error', 'date', 'Patient.deceasedDateTime', `Death on ${death} before birth on ${birthDate}`);
    }
    return;
  }
  const known = factOf(found);
  if (!known || known.fact.type === 'patient') return;
  const { fact } = known;
  const patient = context.patient(known.patient);
  if (fact.start && fact.end && fact.end < fact.start) {
    report('error', 'date', resourceType, `Ends on ${fact.end}, before it begins on ${fact.start}`);
  }
  if (!patient || !fact.start) return;
  if (patient.birthDate && daysBetween(fact.start, patient.birthDate) > ZONE_DAYS) {
    report(
      'error',
      'date',
      resourceType,
      `On ${fact.start}, before the patient's birth on ${patient.birthDate}`,
    );
  }
  if (patient.deathDate && fact.start > patient.deathDate) {
    report(
      'warning',
      'date',
      resourceType,
      `On ${fact.start}, after the patient's death on ${patient.deathDate}`,
    );
  }
  if (fact.type !== 'event') return;
  const age = patient.birthDate ? ageInYears(patient.birthDate, fact.start) : undefined;
  for (const { system, code } of fact.codings) {
    for (const { message } of plausibility(system, code, { sex: patient.sex, age })) {
      report('error', 'plausibility', `${resourceType}.code`, message);
    }
  }
}
