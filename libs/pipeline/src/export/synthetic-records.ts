import { join } from 'node:path';
import type { PatientRecord } from '@ehrsynth/records';
import { readRecords } from '../cohort/records-file.ts';
import { type Running, untilStopped } from '../run/events.ts';
import { filesOf, readRun, type RunFile } from '../run/run-folder.ts';

/** Synthetic patients that are to be written in another format. */
export interface SyntheticRecords {
  /** Path of their file. */
  path: string;
  patients: number;
  /** When they were drawn, as run.json has it. */
  started: string;
  /** For run.json. */
  inputs: () => Promise<RunFile[]>;
  read: () => AsyncIterable<PatientRecord>;
}

/** Those of a folder. @param synth that `generate` wrote @throws WrongFolderError, UserError */
export async function syntheticRecords(synth: string, running: Running): Promise<SyntheticRecords> {
  const { counts, started } = await readRun(synth, 'generate');
  const path = join(synth, 'records.ndjson.gz');
  return {
    path,
    patients: Number(counts.patients),
    started,
    inputs: () => filesOf(synth, 'synth'),
    read: () => untilStopped(readRecords(path), running),
  };
}
