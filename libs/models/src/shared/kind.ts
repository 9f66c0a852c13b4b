import type { Column, RowSource } from '@ehrsynth/matrix';
import type { tf } from '@ehrsynth/engine';
import { z, type ZodType } from 'zod';
import type { PatientModel, PatientSource } from '../patient-model.ts';
import type { Synthesizer } from '../synthesizer.ts';
import type { LocalRounds, RoundOptions } from './local-rounds.ts';
import type { Numbers } from './numbers.ts';

/** What a site learns from. */
export interface SitePatients {
  source: PatientSource;
  /** The same as rows of the shared columns. */
  rows(): Promise<RowSource>;
  /** Fewest of its own patients that anything it says rests on. */
  minPatients: number;
  /** Of everything random at the site. */
  seed: number;
  /** A folder for what does not fit into memory. */
  folder: string;
  /** What `prepared` gave of each patient, where that was kept: taken in place of the records. */
  texts?(): AsyncIterable<string>;
}

/** What a site says of its patients before there is a plan. */
export interface Surveyed {
  patients: number;
  /** Patients with each of the shared columns; 0 for fewer than `minPatients`. */
  carriers: readonly number[];
  said: unknown;
}

/** How the rounds of one phase are made: what is sent to sites with each. */
export const Course = z.object({
  epochs: z.number().int().min(0),
  learningRate: z.number().positive(),
  l2: z.number().min(0),
  /** Steps of an epoch: each site makes as many, in batches of its own size. */
  batches: z.number().int().min(1),
  /** Patients of all sites together. */
  patients: z.number().int().min(1),
  /** The day after which no life goes on, where it was found by noisy counts. */
  lastDay: z.number().int().optional(),
});
export type Course = z.infer<typeof Course> & RoundOptions;

/** A site's part of a training. */
export interface SitePart {
  /** Sums over its patients; in private with noise that is drawn anew each time, otherwise to be rounded before they are given away. */
  counts(): Promise<Numbers>;
  /** How much there is to learn from: tokens, or rows. */
  size: number;
  patients: number;
  /** All of its network; those that a phase does not learn come with its rounds. */
  readonly variables: Record<string, tf.Variable>;
  rounds(phase: string, course: Course): Promise<LocalRounds>;
  close(): Promise<void>;
}

/**
 * Nesterov's momentum between rounds: sites' small batches move their mean less far than one machine goes. Eight sites of 250 patients are with it 0.9 %
 * behind one machine (`visits`), without 1.8 %. A `vae` is as near without, and 9.5 % behind with it; in private it would carry noise on.
 */
export const SITES_MOMENTUM = 0.5;

/** A phase of a training, as the coordinator has it. */
export interface SharedPhase {
  name: string;
  course: Course;
  /** Epochs without a smaller loss of all that is set aside, after which it ends; undefined where there is no such loss. */
  patience?: number;
  /** Share of the last round's move that the next one makes again; none where it is not there. @see SITES_MOMENTUM */
  momentum?: number;
  /** What is learned in it. */
  variables: Record<string, tf.Variable>;
  /** What else the sites need of the network. */
  fixed: Record<string, tf.Variable>;
}

/** A training of which only the coordinator's part is here. */
export interface SharedTraining {
  model: Synthesizer | PatientModel;
  phases: SharedPhase[];
  /** What is to be done after the last phase; false where the signal ended it. */
  finish(signal?: AbortSignal): Promise<boolean>;
}

/** Counts of a site, with its size. */
export interface SiteCounts {
  patients: number;
  size: number;
  counts: Numbers;
}

/** What a model has for a training that several sites share. Plans and what sites say are plain data. */
export interface SharedKind<Said, Plan> {
  said: ZodType<Said>;
  /** What a plan looks like for the columns. */
  planned: ZodType<Plan>;
  survey(site: SitePatients, settings: object): Promise<Said>;
  plan(columns: readonly Column[], surveys: (Surveyed & { said: Said })[], settings: object, minPatients: number): Plan;
  /** Of a model of records: a line of text for each patient, from which `open` is quicker than from records. */
  prepared?(source: PatientSource, plan: Plan, settings: object): AsyncIterable<string>;
  open(site: SitePatients, plan: Plan, settings: object): Promise<SitePart>;
  /** @param coarseness what the sites' counts were rounded to at random */
  begin(
    columns: readonly Column[],
    plan: Plan,
    settings: object,
    sites: SiteCounts[],
    coarseness: number,
  ): Promise<SharedTraining>;
}

/** Sums of what sites counted, by name. */
export function summed(sites: readonly SiteCounts[]): Record<string, Float64Array> {
  const sums: Record<string, Float64Array> = {};
  for (const { counts } of sites)
    for (const [name, own] of Object.entries(counts)) {
      sums[name] ??= new Float64Array(own.length);
      own.forEach((count: number, i: number) => (sums[name][i] += count));
    }
  return sums;
}

/** Units of a batch at a site, so that an epoch has so many of them. */
export function batchOf(size: number, batches: number): number {
  return Math.max(1, Math.round(size / batches));
}
