import { join } from 'node:path';
import type { DecodedRow } from '@ehrsynth/decode';
import { MatrixWriter } from '@ehrsynth/matrix';
import { uuidOf } from '@ehrsynth/random';
import { type CodedEvent, type PatientRecord, withoutText } from '@ehrsynth/records';
import { z } from 'zod';
import { anySource } from '../cohort/any-records.ts';
import { inputFiles } from '../cohort/ingest.ts';
import { RecordsWriter } from '../cohort/records-file.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { inputsFrom, provenRun } from '../run/provenance.ts';
import { filesByNumber, intoRunFolder } from '../run/run-folder.ts';
import { engineName, seedNumber } from '../training/train-options.ts';
import { RECORDS } from './draw-rows.ts';
import { NobodyToContinueError, NoFuturesError } from './errors.ts';
import { openGeneration, type RecordGeneration } from './generation.ts';

/** OMOP has no room for a longer id of a patient; FHIR has 64 characters. */
const LONGEST_ID = 50;

export const ContinueOptions = z.strictObject({
  /** Records of any origin that `readAnyRecords` reads: those whose futures are drawn. */
  from: z.string().min(1),
  /** The day up to and with which a record is kept; what follows is drawn. */
  asOf: z.iso.date(),
  /** Futures of each record. */
  futures: z.number().int().min(1).default(1),
  /** The folder of the continued records. */
  out: z.string().min(1),
  /** The same seed, model and engine give the same futures of a record, whoever else is continued. */
  seed: seedNumber.default(1),
  engine: engineName.default('auto'),
  /** Replaces the folder where `generate` wrote it. */
  force: z.boolean().default(false),
});
export type ContinueOptions = z.input<typeof ContinueOptions>;

export interface Continued {
  /** Their folder. */
  out: string;
  /** Records that were continued, and those that came of them: `futures` of each. */
  histories: number;
  patients: number;
  /** Patients who were left out: they had died by the day, were not born yet, or the model had nothing to go on from. */
  dead: number;
  unborn: number;
  unseen: number;
}

/**
 * Continues records from a day on: of each so many futures, whose ids are its own with the future's number (a-1, a-2, …). Writes the same
 * folder as `generate`; its records hold the histories as they were given, and are as private as those.
 * @param modelFolder that `train` wrote
 * @throws NoFuturesError where the model draws rows and not records, NobodyToContinueError, UserError
 */
export async function continueRecords(
  modelFolder: string,
  options: ContinueOptions,
  running: Running = {},
): Promise<Continued> {
  const given = checkedOptions('continueRecords', ContinueOptions, options);
  const { from, asOf, futures, out, seed, force } = given;
  const trained = await provenRun(modelFolder, 'train');
  const generation = await openGeneration(modelFolder, seed, given.engine);
  if (!('model' in generation)) throw new NoFuturesError(modelFolder);
  const { engine } = generation;
  const source = await anySource(from);
  const run = {
    command: 'generate',
    out,
    force,
    options: { asOf, futures, seed, engine, origin: source.origin },
    links: { model: modelFolder },
    sources: source.inputs,
    inputs: async () => [
      ...inputsFrom('model', trained),
      ...(await filesByNumber('from', ...inputFiles(source.inputs, source.tally))),
    ],
  };
  const done = { histories: 0, patients: 0, dead: 0, unborn: 0, unseen: 0 };
  await intoRunFolder(run, async (folder) => {
    const work = new Work(running, 'Continuing', 'patients');
    const records = new RecordsWriter(join(folder, RECORDS));
    const matrix = new MatrixWriter(folder, generation.columns);
    const histories = untilStopped(
      source.read(() => {}),
      running,
    );
    for await (const { record, entries } of futuresOf(histories, generation, given, done, running.signal)) {
      matrix.addEntries(record.id, entries);
      await records.write(record);
      work.update(done.histories);
    }
    await records.close();
    await matrix.close();
    work.stop();
    if (done.histories === 0) throw new NobodyToContinueError(from, asOf, done.dead + done.unborn + done.unseen);
    return { ...done };
  });
  return { out, ...done };
}

/** Futures of records as they are written, one after another. @param done counts them, and who is left out */
export async function* futuresOf(
  histories: AsyncIterable<PatientRecord>,
  { model, writer }: Pick<RecordGeneration, 'model' | 'writer'>,
  { asOf, futures, seed }: { asOf: string; futures: number; seed: number },
  done: Omit<Continued, 'out'>,
  signal?: AbortSignal,
): AsyncGenerator<DecodedRow> {
  const isDrawn = ({ start }: CodedEvent) => start !== undefined && start > asOf;
  let given = 0;
  async function* living() {
    for await (const record of histories) {
      const ended = endOf(record, asOf);
      if (ended) done[ended]++;
      else {
        given++;
        yield withoutText(record);
      }
    }
  }
  const options = { asOf, futures, seed, columnOf: writer.columnOf, signal };
  for await (const { history, number, record } of model.continue(living(), options)) {
    if (number === 1) done.histories++;
    done.patients++;
    yield writer.written({ ...record, id: futureId(history.id, number) }, isDrawn);
  }
  done.unseen = given - done.histories;
}

/**
 * The id of a history's i-th future, from 1: `a` has `a-1`, `a-2`, …. Where that would be too long for OMOP, a UUID of the history's id stands in
 * its place.
 */
export function futureId(history: string, i: number): string {
  const id = `${history}-${i}`;
  return id.length > LONGEST_ID ? `${uuidOf(history)}-${i}` : id;
}

/** Why somebody has no future from a day on. */
function endOf({ birthDate, deathDate }: PatientRecord, asOf: string): 'dead' | 'unborn' | undefined {
  if (deathDate !== undefined && deathDate <= asOf) return 'dead';
  return birthDate !== undefined && birthDate > asOf ? 'unborn' : undefined;
}
