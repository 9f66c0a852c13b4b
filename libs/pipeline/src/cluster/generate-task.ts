import { type EngineName, ENGINE_NAMES } from '@ehrsynth/engine';
import { checkedLines } from '@ehrsynth/fhir';
import { type Athena, CdmPart } from '@ehrsynth/omop';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import type { DecodedRow, Repairs } from '@ehrsynth/decode';
import { chunksOf } from '../generation/draw-chunks.ts';
import { SHAPE_OPTIONS } from '../generation/generate.ts';
import { type Generation, openGeneration } from '../generation/generation.ts';
import { shapeOf } from '../generation/shape-options.ts';
import { nothingTaken, type Taken, takeFrom } from '../generation/shaped-patients.ts';
import { openVocabularies } from './sent-vocabularies.ts';
import type { Task } from './tasks.ts';

/** What patients are written as. */
export const FORMATS = ['records', 'fhir', 'omop'] as const;
export type Format = (typeof FORMATS)[number];

const { where, setPrevalence, balance } = SHAPE_OPTIONS;

/** By what the patients of a shape are taken from the rows of a run. */
export const PartShape = z.strictObject({
  ...{ where, setPrevalence, balance },
  weights: z.strictObject({ factors: z.array(z.array(z.number())), largest: z.number() }),
  /** Patients after which the part ends, wherever that is. */
  most: z.number().int().min(1).optional(),
});
export type PartShape = z.infer<typeof PartShape>;

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
  shape: PartShape.optional(),
});
export type PartRequest = z.infer<typeof PartRequest>;

/** What a part says of itself when it is whole. */
export const PartReceipt = z.strictObject({
  part: z.number(),
  /** Rows that were drawn. */
  range: z.tuple([z.number(), z.number()]),
  patients: z.number(),
  /** Of a shape: rows that were drawn, and those that were taken by the cells of its margins. */
  shape: z.custom<Taken>().optional(),
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
export const generatePart: Task = async function* (lines, { folders: { model, vocabularies } }) {
  const athena = vocabularies === undefined ? undefined : await openVocabularies(vocabularies);
  for await (const line of lines) {
    const request = PartRequest.parse(JSON.parse(line));
    const { part, seed } = request;
    const generation = await openGeneration(model, seed, request.engine as EngineName);
    const written = new PartWriter(request, athena);
    const [patients, taken] = patientsOf(generation, request);
    for await (const { record } of patients)
      for await (const row of written.rowsOf(record)) yield [String(part), ...row];
    const receipt = { ...written.receipt(taken), engine: generation.engine, repairs: generation.repairs() };
    yield [String(part), RECEIPT, JSON.stringify(receipt)];
  }
  await athena?.close();
};

/** The patients of a part; of a shape also what will have been drawn for them. */
function patientsOf(
  generation: Generation,
  { number, seed, range, shape: asked }: PartRequest,
): [AsyncIterable<DecodedRow>, Taken?] {
  if (!asked) return [all(generation, number, seed, range)];
  const shape = shapeOf(generation.columns, asked);
  const taken = nothingTaken(shape);
  return [takeFrom(generation, shape, { ...asked, seed, mostDraws: number, range }, taken), taken];
}

/** In whole blocks, as on one machine: what is drawn together is the same. */
async function* all(
  generation: Generation,
  number: number,
  seed: number,
  range: PartRequest['range'],
): AsyncGenerator<DecodedRow> {
  for (const chunk of chunksOf(range))
    for await (const draw of generation.sample(number, { seed, range: chunk })) yield draw.patient();
}

/** Patients as rows of data sets. */
class PartWriter {
  private readonly vocabulary = new Vocabulary();
  private readonly cdm: CdmPart;
  private readonly rows: Record<string, number> = {};
  private readonly errors: Record<string, number> = {};
  private patients = 0;
  private invalid = 0;
  private firsts = 0;

  constructor(
    private readonly request: PartRequest,
    athena: Athena | undefined,
  ) {
    this.cdm = new CdmPart(athena);
  }

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

  receipt(shape: Taken | undefined): Omit<PartReceipt, 'engine' | 'repairs'> {
    const { part } = this.request;
    const [first, end] = this.request.range;
    const range: PartReceipt['range'] = [first, shape ? first + shape.drawn : end];
    const { patients, rows, errors, invalid, cdm } = this;
    const ownColumns = Object.fromEntries([...cdm.ownColumns].map(([table, columns]) => [table, [...columns]]));
    const lost = Object.fromEntries(cdm.lost);
    return { part, range, patients, shape, rows, errors, invalid, keys: cdm.lastKeys(), lost, ownColumns };
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
