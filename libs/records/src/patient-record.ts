import { z } from 'zod';

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD');

/** FHIR administrative gender. */
export const Sex = z.enum(['female', 'male', 'other', 'unknown']);
export type Sex = z.infer<typeof Sex>;

export const EventKind = z.enum(['condition', 'drug', 'procedure', 'measurement']);
export type EventKind = z.infer<typeof EventKind>;

/** A code with the URI of its system. */
export const Code = z.object({
  system: z.string().min(1),
  code: z.string().min(1),
  display: z.string().optional(),
});
export type Code = z.infer<typeof Code>;

/** Something that happened to a patient once: a diagnosis made, a drug given, a procedure done, a thing measured. */
export const CodedEvent = z.object({
  kind: EventKind,
  code: Code,
  start: Day.optional(),
  end: Day.optional(),
  /** Index into the record's encounters. */
  encounter: z.number().int().nonnegative().optional(),
  quantity: z.object({ value: z.number(), unit: z.string().optional() }).optional(),
  /** Conditions only: still active when the record ends. */
  active: z.boolean().optional(),
});
export type CodedEvent = z.infer<typeof CodedEvent>;

/** Class codes are HL7's v3-ActCode: AMB, EMER, IMP, ACUTE, OBSENC, HH, VR, … */
export const Encounter = z.object({
  class: z.string().min(1),
  start: Day.optional(),
  end: Day.optional(),
});
export type Encounter = z.infer<typeof Encounter>;

/** One patient's record: what every adapter reads into and writes from. Dates are days. */
export const PatientRecord = z.object({
  id: z.string().min(1),
  sex: Sex,
  birthDate: Day.optional(),
  deathDate: Day.optional(),
  /** CDC race code, an OMB category where the source has one. */
  race: z.string().optional(),
  /** CDC ethnicity code. */
  ethnicity: z.string().optional(),
  encounters: z.array(Encounter),
  events: z.array(CodedEvent),
});
export type PatientRecord = z.infer<typeof PatientRecord>;
