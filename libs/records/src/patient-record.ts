import { z } from 'zod';

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD');
/** By the clock on the wall where it happened. */
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM');

/** FHIR administrative gender. */
export const Sex = z.enum(['female', 'male', 'other', 'unknown']);
export type Sex = z.infer<typeof Sex>;

export const EventKind = z.enum(['condition', 'drug', 'procedure', 'measurement', 'immunization', 'allergy']);
export type EventKind = z.infer<typeof EventKind>;

/** A code with the URI of its system. */
export const Code = z.object({
  system: z.string().min(1),
  code: z.string().min(1),
  display: z.string().optional(),
});
export type Code = z.infer<typeof Code>;

/** Of a number: less than it, no more than it, exactly it, and so on. FHIR has no "=". */
export const Comparator = z.enum(['<', '<=', '=', '>=', '>']);
export type Comparator = z.infer<typeof Comparator>;

/** A number with its unit, named as in FHIR's Quantity. */
export const Quantity = z.object({
  /** Not there where the source has a unit or comparator, and no number. */
  value: z.number().optional(),
  comparator: Comparator.optional(),
  /** As the source writes it, UCUM's code where it writes none. */
  unit: z.string().optional(),
  /** The unit's code, where it is not what `unit` is in UCUM. */
  system: z.string().optional(),
  code: z.string().optional(),
});
export type Quantity = z.infer<typeof Quantity>;

/**
 * Something that happened to a patient once: a diagnosis made, a drug or a vaccine given, a procedure done, a thing measured,
 * an allergy noted.
 */
export const CodedEvent = z.object({
  kind: EventKind,
  code: Code,
  start: Day.optional(),
  /** Where the source has it to the minute. */
  startTime: TimeOfDay.optional(),
  end: Day.optional(),
  endTime: TimeOfDay.optional(),
  /** Index into the record's encounters. */
  encounter: z.number().int().nonnegative().optional(),
  /** What was measured, or how much of a drug or device was given. */
  quantity: Quantity.optional(),
  /** Measurements only: the values that are normal. */
  referenceRange: z.object({ low: z.number().optional(), high: z.number().optional() }).optional(),
  /** Measurements only: a code of HL7's v3-ObservationInterpretation, such as H, L or N. */
  interpretation: z.string().optional(),
  /** Measurements only: a code of HL7's observation-category, such as laboratory or vital-signs. */
  category: z.string().optional(),
  /** Measurements only: what it is a component of, such as a blood pressure. Components of one panel have its day and time. */
  panel: Code.optional(),
  /** A value that is a code: Positive, Detected, Yes. */
  answer: Code.optional(),
  /** A value that is text. May name the patient: read, never modelled, kept in no cohort. */
  text: z.string().optional(),
  /** The value as the source writes it, where the fields above do not say it as well. As `text`. */
  sourceText: z.string().optional(),
  /** Drugs and vaccines: what is taken or given at a time. */
  dose: Quantity.optional(),
  /** Drugs only: how often a day the dose is taken; half for every other day. */
  timesPerDay: z.number().positive().optional(),
  /** Drugs only: days that the quantity lasts. */
  daysSupply: z.number().int().optional(),
  /** Drugs only: refills after the first supply. */
  refills: z.number().int().optional(),
  /** Drugs only. */
  route: z.object({ code: Code.optional(), text: z.string().optional() }).optional(),
  /** Drugs only: the end that the source states, where it was not what `end` was taken from. */
  verbatimEnd: Day.optional(),
  /** Conditions and allergies: still active when the record ends. */
  active: z.boolean().optional(),
});
export type CodedEvent = z.infer<typeof CodedEvent>;

/** Class codes are HL7's v3-ActCode: AMB, EMER, IMP, ACUTE, OBSENC, HH, VR, … */
export const Encounter = z.object({
  class: z.string().min(1),
  start: Day.optional(),
  startTime: TimeOfDay.optional(),
  end: Day.optional(),
  endTime: TimeOfDay.optional(),
});
export type Encounter = z.infer<typeof Encounter>;

/** One patient's record: what every adapter reads into and writes from. Dates are days, some with a time of day. */
export const PatientRecord = z.object({
  id: z.string().min(1),
  sex: Sex,
  birthDate: Day.optional(),
  deathDate: Day.optional(),
  /** In whole years at the end of the record, of sources that have an age and no dates to work it out from. */
  age: z.number().int().min(0).max(130).optional(),
  /** CDC race code, an OMB category where the source has one. */
  race: z.string().optional(),
  /** CDC ethnicity code. */
  ethnicity: z.string().optional(),
  encounters: z.array(Encounter),
  events: z.array(CodedEvent),
});
export type PatientRecord = z.infer<typeof PatientRecord>;
