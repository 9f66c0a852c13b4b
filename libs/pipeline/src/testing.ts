import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll } from 'vitest';
import { recordSource, type RecordSource } from './cohort/record-source.ts';
import type { PipelineEvent } from './run/events.ts';

/** For a file of tests: a folder of its own, which goes at the end. */
export function ownFolder(): (...parts: string[]) => string {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'pipeline-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (...parts) => join(folder, ...parts);
}

/** Simulated source patients. */
export function simulated(patients: number): RecordSource {
  return recordSource('simulated patients', simulatePatients({ patients, seed: 3 }, new Vocabulary()));
}

/** The types of events in the order in which they first came. */
export function typesOf(events: readonly PipelineEvent[]): string[] {
  return [...new Set(events.map(({ type }) => type))];
}
