import { surveyFhir } from '@ehrsynth/fhir';
import { isServer } from '@ehrsynth/omop';
import type { EventKind } from '@ehrsynth/records';
import { originAt } from '../cohort/origins.ts';
import { type FhirPreset, presetFor } from '../cohort/fhir-presets.ts';
import { NotASourceError } from './errors.ts';

/** Origins that a command of `ingest` reads. */
const INGESTED = ['fhir', 'omop', 'meds'];

/** What a source is, as far as a look at it shows. */
export interface Look {
  /** The command of `ingest` that reads it. */
  from: string;
  /** Kinds of events that it was seen to hold; undefined where that was not looked at. */
  kinds?: EventKind[];
  preset?: FhirPreset;
}

/**
 * Looks at what lies at a path or address, without reading it: which command of `ingest` reads it, and for FHIR files the kinds of events
 * and the preset for its code systems.
 * @throws UserError where it cannot be read, or no command of `ingest` reads it
 */
export async function lookAtSource(source: string): Promise<Look> {
  if (/^https?:\/\//.test(source)) return { from: 'fhir' };
  if (isServer(source)) return { from: 'omop' };
  const from = await originAt(source);
  const table = /\.(csv|tsv|parquet|npz)(\.gz)?$/i.exec(source)?.[1].toLowerCase();
  if (from === 'fhir' && table) return { from: table === 'tsv' ? 'csv' : table };
  if (!INGESTED.includes(from)) throw new NotASourceError(source, from);
  if (from !== 'fhir') return { from };
  const { kinds, systems } = await surveyFhir(source);
  const preset = presetFor(systems);
  return { from, kinds, ...(preset && { preset }) };
}
