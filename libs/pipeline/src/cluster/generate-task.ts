import type { Repairs } from '@ehrsynth/decode';
import { type EngineName, ENGINE_NAMES } from '@ehrsynth/engine';
import { checkedLines } from '@ehrsynth/fhir';
import { CdmPart } from '@ehrsynth/omop';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { chunksOf } from '../generation/draw-chunks.ts';
import { openGeneration } from '../generation/generation.ts';
import type { Task } from './tasks.ts';

/** What patients are written as. */
export const FORMATS = ['records', 'fhir', 'omop'] as const;
export type Format = (typeof FORMATS)[number];

/** Some patients of a run, drawn and written by one task. */
export const PartRequest = z.strictObject({
  /** From 0. */
  part: z.number().int().min(0),
  /** Rows of the run, and those of this part. */
  number: z.number().int().min(1),
  range: z.tuple([z.number().int().min(0), z.number().int().min(1)]),
  seed: z.number().int().min(0),
  engine: z.enum(ENGINE_NAMES),
  formats: z.array(z.enum(FORMATS)).min(1),
});
export type PartRequest = z.infer<typeof PartRequest>;

/** What a part says of itself when it is whole. */
export const PartReceipt = z.strictObject({
  part: z.number(),
  range: z.tuple([z.number(), z.number()]),
  patients: z.number(),
  engine: z.string(),
  repairs: z.custom<Repairs>().optional(),
  /** Rows by data set, without this one. */
  rows: z.record(z.string(), z.number()),
  /** Errors that the validator found, by resource type and message. */
  errors: z.record(z.string(), z.number()),
  /** Resources that have any. */
  invalid: z.number(),
  /** Of OMOP: the last key of each table, what the CDM cannot say, and columns that name concepts of our own. */
  keys: z.record(z.string(), z.number()),
  lost: z.record(z.string(), z.number()),
  ownColumns: z.record(z.string(), z.array(z.string())),
});
export type PartReceipt = z.infer<typeof PartReceipt>;

/** Names of the data sets that a task writes rows of: a format's are named after it, and what belongs to all by itself. */
export const RECEIPT = 'receipt';
export const FIRST_SEEN = 'omop.first';
export const dataSet = (format: 'fhir' | 'omop', name: string) => `${format}.${name}`;

/** Kinds of errors that a receipt names. */
const MOST_ERRORS = 100;

/** Draws a part of a run, writes it in the formats that are asked for and checks it. Rows: part, data set, JSON. */
export const generatePart: Task = async function* (lines, { folders: { model } }) {
  for await (const line of lines) {
    const request = PartRequest.parse(JSON.parse(line));
    const { part, number, seed, range } = request;
    const generation = await openGeneration(model, seed, request.engine as EngineName);
    const written = new PartWriter(request);
    // Whole blocks, as on one machine: what is drawn together is the same.
    for (const chunk of chunksOf(range))
      for await (const draw of generation.sample(number, { seed, range: chunk }))
        for await (const row of written.rowsOf(draw.patient().record)) yield [String(part), ...row];
    const receipt = { ...written.receipt(), engine: generation.engine, repairs: generation.repairs() };
    yield [String(part), RECEIPT, JSON.stringify(receipt)];
  }
};

/** Patients as rows of data sets. */
class PartWriter {
  private readonly vocabulary = new Vocabulary();
  private readonly cdm = new CdmPart();
  private readonly rows: Record<string, number> = {};
  private readonly errors: Record<string, number> = {};
  private patients = 0;
  private invalid = 0;
  private firsts = 0;

  constructor(private readonly request: PartRequest) {}

  async *rowsOf(record: PatientRecord): AsyncGenerator<[set: string, row: string]> {
    const { formats } = this.request;
    this.patients++;
    if (formats.includes('records')) yield this.row('records', JSON.stringify(record));
    if (formats.includes('fhir')) {
      for (const { resourceType, line, errors } of checkedLines(record, this.vocabulary)) {
        if (errors.length > 0) this.invalid++;
        for (const { message } of errors) this.count(`${resourceType}: ${message}`);
        yield this.row(dataSet('fhir', resourceType), line);
      }
    }
    if (formats.includes('omop')) {
      const { rows, first } = await this.cdm.rowsOf(record);
      for (const { key, event } of first)
        yield this.row(FIRST_SEEN, JSON.stringify({ key, order: this.firsts++, event: JSON.stringify(event) }));
      for (const [table, row] of rows) yield this.row(dataSet('omop', table), JSON.stringify(row));
    }
  }

  receipt(): Omit<PartReceipt, 'engine' | 'repairs'> {
    const { part, range } = this.request;
    const { patients, rows, errors, invalid, cdm } = this;
    const ownColumns = Object.fromEntries([...cdm.ownColumns].map(([table, columns]) => [table, [...columns]]));
    const lost = Object.fromEntries(cdm.lost);
    return { part, range, patients, rows, errors, invalid, keys: cdm.lastKeys(), lost, ownColumns };
  }

  private row(set: string, json: string): [string, string] {
    this.rows[set] = (this.rows[set] ?? 0) + 1;
    return [set, json];
  }

  private count(error: string): void {
    if (!(error in this.errors) && Object.keys(this.errors).length >= MOST_ERRORS) return;
    this.errors[error] = (this.errors[error] ?? 0) + 1;
  }
}
