import type { CodeableConcept, Dosage, Quantity } from 'fhir/r4.js';
import type { CodedEvent } from '@ehrsynth/records';
import { type Frequency, toFrequency } from './frequency.ts';
import { toSimpleQuantity } from './quantity.ts';
import { toConcept } from './resource.ts';

/** How a drug is taken: dose, times, route, and a line of text that says them; undefined where none is known. */
export function toDosage({ dose, timesPerDay, route: given }: CodedEvent): Dosage | undefined {
  const doseQuantity = dose && toSimpleQuantity(dose);
  const frequency = timesPerDay === undefined ? undefined : toFrequency(timesPerDay);
  const route = toRoute(given);
  if (!doseQuantity && !frequency && !route) return undefined;
  const text = [
    doseQuantity && doseInWords(doseQuantity),
    frequency && inWords(frequency),
    given?.text?.trim() || given?.code?.display,
  ];
  const line = text.filter((part) => part).join(', ');
  return {
    ...(line && { text: line }),
    ...(frequency && { timing: { repeat: { ...frequency, periodUnit: 'd' } } }),
    ...(route && { route }),
    ...(doseQuantity && { doseAndRate: [{ doseQuantity }] }),
  };
}

/** A route as a code, as text, or both. */
export function toRoute(route: CodedEvent['route']): CodeableConcept | undefined {
  const text = route?.text?.trim();
  if (route?.code) return { ...toConcept(route.code), ...(text && { text: route.text }) };
  return text ? { text: route!.text } : undefined;
}

function doseInWords({ value, unit }: Quantity): string {
  return unit ? `${value} ${unit}` : String(value);
}

/** "2 times a day", "once in 7 days". */
function inWords({ frequency, period }: Frequency): string {
  const times = frequency === 1 ? 'once' : `${frequency} times`;
  return period === 1 ? `${times} a day` : `${times} in ${Number(period.toPrecision(3))} days`;
}
