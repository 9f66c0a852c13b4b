import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4.js';
import { type CodedEvent, System } from '@ehrsynth/records';
import { unitsOfVital } from '../validate/us-core-vitals.ts';
import { plainText } from './plain-text.ts';
import { toQuantity } from './quantity.ts';
import { concept, TERMINOLOGY, toConcept } from './resource.ts';

/** What an Observation and a component of one have alike. */
type Measured = Pick<
  Observation & ObservationComponent,
  'valueQuantity' | 'valueCodeableConcept' | 'valueString' | 'dataAbsentReason' | 'interpretation' | 'referenceRange'
>;

/**
 * The value of a measurement: its number, else its answer, else its text, for FHIR has room for one; without any the reason for that.
 * With it what the value means and what is normal.
 */
export function toMeasured(event: CodedEvent): Measured {
  const interpretation = toInterpretation(event.interpretation);
  const referenceRange = toReferenceRange(event);
  return {
    ...valueOf(event),
    ...(interpretation && { interpretation: [interpretation] }),
    ...(referenceRange && { referenceRange: [referenceRange] }),
  };
}

/** Why a component of a panel is not there. */
export const NOT_MEASURED = { dataAbsentReason: concept('data-absent-reason', 'unknown') };

function valueOf(event: CodedEvent): Measured {
  const { quantity, answer, text, sourceText } = event;
  const valueQuantity = quantity && toQuantity(quantity, vitalUnits(event));
  if (valueQuantity) return { valueQuantity };
  const words = plainText(sourceText ?? text ?? '');
  if (answer) return { valueCodeableConcept: { ...toConcept(answer), ...(words && { text: words }) } };
  const valueString = plainText(text ?? '') ?? words;
  // It was measured; that no value is given is because models have none.
  return valueString ? { valueString } : { dataAbsentReason: concept('data-absent-reason', 'unsupported') };
}

function vitalUnits({ code: { system, code } }: CodedEvent): readonly string[] | undefined {
  return system === System.loinc ? unitsOfVital(code) : undefined;
}

/** HL7's v3-ObservationInterpretation, as R4 carries it. */
const INTERPRETATIONS = new Set(
  (
    'CAR Carrier B D U W < > AC IE QCF TOX A AA HH LL H H> HU L L< LU N I MS NCL NS R SYN-R S SDD SYN-S VS EX HX LX HM ' +
    'IND E NEG ND POS DET EXP UNE OBX NR RR WR'
  ).split(' '),
);

/** A code of HL7's; what is none is written as text. */
function toInterpretation(code: string | undefined): CodeableConcept | undefined {
  if (code !== undefined && INTERPRETATIONS.has(code))
    return { coding: [{ system: `${TERMINOLOGY}/v3-ObservationInterpretation`, code }] };
  const text = plainText(code ?? '');
  return text === undefined ? undefined : { text };
}

/** What is normal, in the unit of the value. */
function toReferenceRange(event: CodedEvent) {
  const { referenceRange, quantity: { unit, system, code } = {} } = event;
  const limit = (value: number | undefined) => toQuantity({ value, unit, system, code }, vitalUnits(event));
  const [low, high] = [limit(referenceRange?.low), limit(referenceRange?.high)];
  return low || high ? { ...(low && { low }), ...(high && { high }) } : undefined;
}
