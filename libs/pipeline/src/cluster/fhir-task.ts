import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { NoPatientError, NothingToReadError, readPatientRecords, SystemAliases } from '@ehrsynth/fhir';
import { temporaryFolder } from '@ehrsynth/io';
import { hashString } from '@ehrsynth/random';
import { Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { FhirSourceOptions } from '../cohort/fhir-source.ts';
import { PatientsInOneLineError } from './errors.ts';
import { tallyAsJson } from './tally-json.ts';
import type { Task } from './tasks.ts';

/** What stands before the text of a line: whose it is. */
export const LINE = {
  /** A patient's, who is this task's alone. */
  patient: 'p',
  /** What a drug of these patients is: other tasks may have it too, and one counts it. */
  drug: 'd',
  /** Of nobody, and this task counts it. */
  other: 'o',
} as const;

/** In place of a place: the row is what the task counted. */
export const COUNTS = -1;
/** The parts in which one machine puts patients together, whose order the cohort has. */
const PLACES = 128;
const DRUGS = ['Medication', 'Substance'];

/**
 * Reads lines of FHIR as one machine reads a folder with them alone. Rows: place and key, by which the records of all tasks have one order,
 * and the record; in the end what was counted.
 */
export const readFhirLines: Task = async function* (lines, { options }) {
  const { onError, systemAlias, ...reading } = FhirSourceOptions.omit({ systemAliasFile: true }).parse(options ?? {});
  const folder = await temporaryFolder();
  const tally = new Tally(onError);
  const [own, others] = [join(folder.path, 'own'), join(folder.path, 'others')].map((path) => `${path}.ndjson`);
  try {
    await sortOut(lines, own, others);
    const vocabulary = new Vocabulary();
    const aliases = new SystemAliases(systemAlias);
    for (const path of [own, others]) {
      const counted = new Tally(onError);
      const settings = { ...reading, aliases, vocabulary, workFolder: folder.path };
      try {
        for await (const record of readPatientRecords(path, settings, counted)) {
          if (path === others) throw new PatientsInOneLineError(record.id);
          const key = `Patient/${record.id}`;
          yield [String(hashString(key) % PLACES), key, JSON.stringify(record)];
        }
      } catch (error) {
        // One task need not have a patient; that none has is seen by who asked for them.
        if (!(error instanceof NoPatientError || error instanceof NothingToReadError)) throw error;
      }
      if (path === own) DRUGS.forEach((type) => (counted.used.delete(type), counted.skipped.delete(type)));
      // The files are the task's own.
      for (const problem of counted.problems) problem.where = problem.where.replace(path, 'a file on the cluster');
      tally.add(counted);
    }
    yield [String(COUNTS), '', JSON.stringify(tallyAsJson(tally))];
  } finally {
    await folder.remove();
  }
};

/** Puts the lines of patients, with their drugs, into one file and the others into another. */
async function sortOut(lines: AsyncIterable<string>, own: string, others: string): Promise<void> {
  const files = [own, others].map((path) => createWriteStream(path, { mode: 0o600 }));
  for await (const line of lines) {
    const file = files[line.startsWith(LINE.other) ? 1 : 0];
    if (!file.write(`${line.slice(1)}\n`)) await once(file, 'drain');
  }
  for (const file of files) await pipeline([], file);
}
