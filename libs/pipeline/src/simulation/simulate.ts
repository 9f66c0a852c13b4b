import { writeFhir } from '@ehrsynth/fhir';
import { version } from '@ehrsynth/io';
import { writeMeds } from '@ehrsynth/meds';
import { writeOmop } from '@ehrsynth/omop';
import type { PatientRecord } from '@ehrsynth/records';
import { SIMULATION_END, simulateLives, simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { athenaFile } from '../export/athena-file.ts';
import { omopCounts } from '../export/omop-counts.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { seedNumber } from '../training/train-options.ts';

export const SimulateOptions = z
  .strictObject({
    out: z.string().min(1),
    patients: z.number().int().min(1).default(2000),
    /** The same seed gives the same patients. */
    seed: seedNumber.default(1),
    /** Whole lives over time, with values; or codes that occur together. */
    world: z.enum(['lives', 'sets']).default('lives'),
    /** Of lives: how many of the last years are recorded, at most; 10 by default. */
    years: z.number().positive().max(100).optional(),
    /** Of FHIR. */
    format: z.enum(['ndjson', 'bundles']).default('ndjson'),
    gzip: z.boolean().default(false),
    /** OMOP CDM 5.4 in this format, in place of FHIR. */
    omop: z.enum(['csv', 'parquet', 'duckdb']).optional(),
    /** MEDS 0.4 in place of FHIR. */
    meds: z.boolean().default(false),
    /** Replaces the folder where it was simulated. */
    force: z.boolean().default(false),
  })
  .refine(({ omop, meds }) => !omop || !meds, 'OMOP or MEDS, not both')
  .refine(({ world, years }) => world === 'lives' || years === undefined, '--years only applies to --world lives');
export type SimulateOptions = z.input<typeof SimulateOptions>;

export interface Simulated {
  out: string;
  patients: number;
  standard: 'FHIR' | 'OMOP' | 'MEDS';
  /** Resources by type, or rows by table or split. */
  written: Map<string, number>;
}

/** Writes source patients of a known distribution as FHIR R4, OMOP CDM 5.4 or MEDS 0.4. @throws UserError */
export async function simulate(options: SimulateOptions, running: Running = {}): Promise<Simulated> {
  const given = checkedOptions('simulate', SimulateOptions, options);
  const { out, force, patients, omop, meds } = given;
  const write = meds ? asMeds : omop ? asOmop : asFhir;
  const standard = meds ? 'MEDS' : omop ? 'OMOP' : 'FHIR';
  const run = { command: 'simulate', out, force, options: given, inputs: [] };
  let written = new Map<string, number>();
  await intoRunFolder(run, async (folder) => {
    const work = new Work(running, 'Simulating', 'patients', patients);
    const records = untilStopped(stream(recordsOf(given)), running);
    const done = await write(records, folder, given, (count) => work.update(count));
    work.stop();
    written = done.written;
    return { patients, ...done.counts };
  });
  return { out, patients, standard, written };
}

/** Lives: diseases, visits, refills and values over time. Sets: latent clusters of codes, painted onto six years. */
function recordsOf({ patients, seed, world, years }: z.output<typeof SimulateOptions>): Iterable<PatientRecord> {
  const vocabulary = new Vocabulary();
  if (world === 'sets') return simulatePatients({ patients, seed }, vocabulary);
  const overrides = years === undefined ? {} : { population: { windowYears: years } };
  return simulateLives({ patients, seed, world: overrides }, vocabulary);
}

type Writer = (
  records: AsyncIterable<PatientRecord>,
  folder: string,
  options: z.output<typeof SimulateOptions>,
  onProgress: (patients: number) => void,
) => Promise<{ written: Map<string, number>; counts: Record<string, unknown> }>;

const asFhir: Writer = async (records, folder, { format, gzip }, onProgress) => {
  const written = await writeFhir(records, folder, new Vocabulary(), { format, gzip, onProgress });
  return { written, counts: { resources: Object.fromEntries(written) } };
};

const asOmop: Writer = async (records, folder, { omop: format = 'parquet' }, onProgress) => {
  const today = new Date().toISOString().slice(0, 10);
  const counts = await writeOmop(records, folder, { format, today, onProgress, athena: athenaFile() });
  return { written: counts.rows, counts: omopCounts(counts) };
};

const asMeds: Writer = async (records, folder, { world }, onProgress) => {
  // The same patients give the same files.
  const createdAt = `${SIMULATION_END}T00:00:00Z`;
  const dataset = { name: `simulated ${world}`, etlVersion: version(), createdAt };
  const counts = await writeMeds(records, folder, { dataset, onProgress });
  return { written: new Map(Object.entries(counts.rows)), counts: { ...counts } };
};

async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
