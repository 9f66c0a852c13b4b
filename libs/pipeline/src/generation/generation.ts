import { type DecodedRow, Decoder, loadTimeline, noRepairs, type Repairs } from '@ehrsynth/decode';
import { type EngineName, startEngine } from '@ehrsynth/engine';
import type { Column } from '@ehrsynth/matrix';
import { type Draws, loadAnyModel, type PatientModel, type SampleOptions, type Synthesizer } from '@ehrsynth/models';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { DrawnRecords } from './drawn-records.ts';

/** A patient that was drawn. */
export interface Draw {
  /** Its number in the run, from 0. */
  row: number;
  /** The columns that its record has. */
  columns(): readonly number[];
  /** The record, with its entries in the matrix. What is repaired in it is counted. */
  patient(): DecodedRow;
  /** The same record, to look at only: repairs are not counted. */
  preview(): PatientRecord;
}

/** What draws patients, whatever the model. */
export interface Generation extends Draws<Draw> {
  columns: readonly Column[];
  /** Name of the engine. */
  engine: string;
  /** Whether the engine computes what is drawn. */
  drawsOnEngine: boolean;
  /** What was repaired of the patients so far; undefined of a model whose records need no repair. */
  repairs(): Repairs | undefined;
}

/** A model of records, with what gives their rows. */
export interface RecordGeneration extends Generation {
  model: PatientModel;
  writer: DrawnRecords;
}

/** Opens a model folder for drawing patients by a seed. @throws UserError */
export async function openGeneration(
  modelFolder: string,
  seed: number,
  wanted: EngineName | 'auto',
): Promise<Generation | RecordGeneration> {
  const engine = await startEngine(wanted);
  const model = await loadAnyModel(modelFolder);
  if ('takes' in model) {
    const writer = new DrawnRecords(model.columns, await readEncoding(modelFolder));
    return byRecords(model, writer, engine.name);
  }
  const timeline = await loadTimeline(modelFolder, model.columns.length);
  const counts = model.counts === 'modelled' ? 'row' : 'learned';
  return byRows(model, new Decoder(model.columns, timeline, new Vocabulary(), { seed, counts }), engine.name);
}

/** Patients of a model of rows: a decoder makes their records. */
export function byRows(model: Synthesizer, decoder: Decoder, engine: string): Generation {
  async function* sample(patients: number, options: SampleOptions): AsyncGenerator<Draw> {
    for await (const { row, entries } of model.sample(patients, options))
      yield {
        row,
        columns: () => decoder.columnsOf(row, entries),
        patient: () => decoder.decode(row, entries),
        preview: () => decoder.decode(row, entries, noRepairs()).record,
      };
  }
  const { columns, drawsOnEngine } = model;
  return { columns, engine, drawsOnEngine, sample, repairs: () => ({ ...decoder.repairs }) };
}

/** Patients of a model of records: their rows are encoded. */
export function byRecords(model: PatientModel, writer: DrawnRecords, engine: string): RecordGeneration {
  async function* sample(patients: number, options: SampleOptions): AsyncGenerator<Draw> {
    for await (const { row, record } of model.sample(patients, options)) {
      const written = writer.written(record);
      yield {
        row,
        columns: () => written.entries.map(([column]) => column),
        patient: () => written,
        preview: () => written.record,
      };
    }
  }
  const { columns, drawsOnEngine } = model;
  return { model, writer, columns, engine, drawsOnEngine, sample, repairs: () => undefined };
}
