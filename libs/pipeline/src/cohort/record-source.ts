import { READ_LIMITS, type ReadLimits } from '@ehrsynth/io';
import type { CodedPatients } from '@ehrsynth/omop';
import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import type { Program, SparkSession, Traffic } from '@ehrsynth/spark';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import type { MakeOptions } from '../cluster/omop-task.ts';
import type { MadeThere } from '../cluster/made-records.ts';
import type { Part } from './cohort-writer.ts';

/** Records that a cohort can be made of, whatever they come from. */
export interface RecordSource {
  /** ingest fhir, ingest omop: the first words of run.json. */
  command: string;
  /** What the user calls the source. */
  name: string;
  /** Files and folders that are read: the output replaces none of them, and run.json has their sums. */
  inputs: string[];
  /** Options of the reading, for run.json. */
  options: Record<string, unknown>;
  vocabulary: Vocabulary;
  /** Filled as the source is read. */
  tally: Tally;
  /** Address of the Spark Connect server that it is read from: one has to be told when the reading is to stop. */
  spark?: string;
  /** Bytes that went to that server, and came. */
  traffic?: Traffic;
  /** What progress counts. */
  unit: string;
  /** The part of the cohort that the source has a patient in, asked for as each is read; where it has none, the seed decides. */
  partOf?: (id: string) => Part | undefined;
  /**
   * Reads the source, reporting how far it is; what does not fit into memory goes into the folder. The signal ends what a server is
   * doing for it.
   */
  read: (
    onProgress: (count: number, note?: string) => void,
    workFolder?: string,
    signal?: AbortSignal,
  ) => AsyncIterable<PatientRecord>;
  /** Opens the source for rows alone: its database counts codes, and events stay in it. Undefined where it is no database. */
  openCoded?: (opening: Opening) => Promise<CodedPatients>;
  /** The same where it takes executors of a cluster that make the records. */
  openMade?: (opening: Opening, making: Omit<MakeOptions, 'onError'>, program: Program) => Promise<MadeThere>;
}

/** How a source is opened whose patients are counted where they are. */
export interface Opening {
  onProgress: (count: number, note?: string) => void;
  workFolder?: string;
  signal?: AbortSignal;
  /** Where what is used is counted, in place of the tally. */
  counted?: Tally;
  /** Is given the session of Spark when it is open, before the long work, and may throw. */
  onSession?: (session: SparkSession) => Promise<void>;
}

/** Records that a program has itself. */
export function recordSource(
  name: string,
  records: AsyncIterable<PatientRecord> | Iterable<PatientRecord>,
): RecordSource {
  async function* read(onProgress: (count: number) => void) {
    let count = 0;
    for await (const record of records) {
      onProgress(++count);
      yield record;
    }
  }
  const [vocabulary, tally] = [new Vocabulary(), new Tally()];
  return {
    command: 'ingest records',
    name,
    inputs: [],
    options: {},
    vocabulary,
    tally,
    unit: 'patients',
    read,
  };
}

/** Bytes that went to a server and came, over all connections. */
export function newTraffic(): { sum: Traffic; add: (more: Traffic) => void } {
  const sum: Traffic = { sent: 0, received: 0 };
  return {
    sum,
    add: ({ sent, received }) => {
      sum.sent += sent;
      sum.received += received;
    },
  };
}

/** Kinds of events that are read where nobody says. */
export const USUAL_KINDS: EventKind[] = ['condition', 'drug', 'procedure'];

/** Options of reading, whatever the format. */
export const readingOptions = {
  kinds: z.array(EventKind).min(1).default(USUAL_KINDS),
  /** Leave bad input out and count it, or stop before anything is written. */
  onError: z.enum(['skip', 'stop']).default('skip'),
  /** Keep ICD-10-CM codes that the dictionary does not have. */
  keepUnknownCodes: z.boolean().default(false),
  /** ICD-10-CM codes of former releases: as they are, what took their place, or the header above. */
  formerCodes: z.enum(['keep', 'successor', 'parent']).default('keep'),
  limits: z.custom<ReadLimits>().default(READ_LIMITS),
};

/** Of options, those that run.json shows: what decides how records are read. */
export function shownOptions({ limits, ...options }: { limits?: ReadLimits }): Record<string, unknown> {
  return limits === undefined ||
    (limits.maxLineBytes === READ_LIMITS.maxLineBytes && limits.maxExpansion === READ_LIMITS.maxExpansion)
    ? options
    : { ...options, limits };
}
