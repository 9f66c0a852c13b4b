import { Column, Encoding } from '@ehrsynth/matrix';
import { Course, SHARED_MODEL_NAMES, type SharedModelName } from '@ehrsynth/models';
import { z } from 'zod';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);

/** What a coordinator asks for, where patients are not to be recognized by what sites give away. */
const AskedPrivacy = z.object({
  epsilon: z.number().positive(),
  delta: z.number().gt(0).lt(1),
  clip: z.number().positive(),
});

/** A training that sites are asked to take part in. */
export const SharedTask = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  model: z.enum(SHARED_MODEL_NAMES as [SharedModelName, ...SharedModelName[]]),
  settings: z.record(z.string(), z.unknown()),
  seed: count,
  columns: z.array(Column).min(1),
  encoding: Encoding,
  privacy: AskedPrivacy.optional(),
});
export type SharedTask = z.output<typeof SharedTask>;

const OfTraining = z.object({ id: z.string() });

export const RoundRequest = OfTraining.extend({
  ask: z.literal('round'),
  phase: z.string(),
  course: Course,
  stretch: z.object({ epoch: count, from: share, to: share }),
  /** Steps behind the optimizer's moments. */
  steps: count,
});

export const ValidationRequest = OfTraining.extend({ ask: z.literal('validate'), phase: z.string(), course: Course });

/** What a site is asked, by the head of the message. */
export const SiteRequest = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('describe') }),
  z.object({ ask: z.literal('begin'), task: SharedTask }),
  OfTraining.extend({ ask: z.literal('plan'), plan: z.unknown() }),
  OfTraining.extend({ ask: z.literal('timeline') }),
  /** Whether the site is ready for so many rounds. */
  OfTraining.extend({ ask: z.literal('agree'), rounds: count }),
  RoundRequest,
  ValidationRequest,
]);
export type SiteRequest = z.output<typeof SiteRequest>;

/** What a site says of itself. */
export const Description = z.object({
  patients: count,
  encoding: Encoding,
  /** Fewest of its patients that anything it says rests on. */
  minPatients: z.number().int().min(1),
  /** Codes and demographics that enough of them have; how many, where that is not to be hidden. */
  columns: z.array(z.object({ column: Column, patients: count.optional() })),
});
export type Description = z.output<typeof Description>;

/** What a site says when a training begins. */
export const Survey = z.object({
  patients: count,
  /** Patients with each of the shared columns; 0 for too few. */
  carriers: z.array(count),
  said: z.unknown(),
  /** What the training will spend of its patients' privacy. */
  privacy: z.unknown().optional(),
});
export type Survey = z.output<typeof Survey>;

/** How much a site has to learn from; its counts are the message's numbers. */
export const Opened = z.object({ patients: count, size: count });
/** What a round came to; the changes are the message's numbers. */
export const RoundAnswer = z.object({ steps: count, members: count, loss: z.number().optional() });
export const Validated = z.object({ loss: z.number(), patients: count });
export const Agreed = z.object({});
