import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { yieldToEventLoop } from '@ehrsynth/io';
import {
  type CodeMatrix,
  type Column,
  type ColumnGroup,
  columnGroups,
  firstCodeOf,
  rowBlocks,
  type RowSource,
} from '@ehrsynth/matrix';
import { Rng, uuidOf } from '@ehrsynth/random';
import { PatientRecord } from '@ehrsynth/records';
import { saveModel } from '../model-file.ts';
import { type PatientModel, type PatientSource, refuseNothing } from '../patient-model.ts';
import { type FitControl, MIN_PATIENTS, rowsToLearn, type SampleOptions, type Synthesizer } from '../synthesizer.ts';
import type { PluginModel, PluginRecord, PluginRecordSource, PluginRow, PluginSource } from './contract.ts';
import { NotOfPluginsError, PluginError } from './errors.ts';

export const PLUGIN_FORMAT = 'ehrsynth-plugin-1';
/** Folder of what the plug-in itself writes. */
export const PLUGIN_FOLDER = 'plugin';

/** Which file a plug-in is. */
export interface PluginFile {
  /** What the model is called. */
  name: string;
  /** The file's name, without its folder. */
  file: string;
  sha256: string;
}

/** Counts of a matrix have 32 bits. */
const MOST_OF_A_CODE = 2 ** 31 - 1;

/** A model of rows of a plug-in, as one of ours. */
export class PluginRows implements Synthesizer {
  readonly drawsOnEngine = false;

  private known: readonly ColumnGroup[] | undefined;

  constructor(
    readonly columns: readonly Column[],
    private readonly own: PluginModel<PluginSource, PluginRow>,
    private readonly plugin: PluginFile,
    readonly counts: 'modelled' | 'ones',
  ) {}

  private get groups(): readonly ColumnGroup[] {
    return (this.known ??= columnGroups(this.columns));
  }

  async fit(source: CodeMatrix | RowSource, control: FitControl = {}): Promise<boolean> {
    return fitted(() => this.own.fit(sourceOf(rowsToLearn(source)), controlOf(control)), this.plugin, control);
  }

  async *sample(rows: number, options: SampleOptions) {
    for await (const { row, random } of each(rows, options)) {
      const drawn = await guarded(() => this.own.draw(random, row), this.plugin);
      yield { row, entries: this.entriesOf(drawn) };
    }
  }

  reconstructionError(): Promise<Float64Array> {
    throw new NotOfPluginsError('canaries');
  }

  async save(folder: string): Promise<void> {
    await savePlugin(folder, this.columns, this.plugin, this.own);
  }

  dispose(): void {
    this.own.dispose?.();
  }

  /** Ascending, each column once. */
  private entriesOf(row: PluginRow): [number, number][] {
    const counts = new Map<number, number>();
    const isList = typeof row === 'object' && row !== null && Symbol.iterator in row;
    const list = isList ? [...row] : undefined;
    if (!list?.every((entry) => typeof entry === 'number' || Array.isArray(entry)))
      throw new PluginError(this.plugin.file, 'It drew something other than a list of columns and counts');
    for (const entry of list) {
      const [column, count] = typeof entry === 'number' ? ([entry, 1] as const) : entry;
      if (!Number.isInteger(column) || column < 0 || column >= this.columns.length)
        throw new PluginError(this.plugin.file, `It drew the column ${column}, but there are ${this.columns.length}`);
      if (!Number.isInteger(count) || count < 1 || count > MOST_OF_A_CODE)
        throw new PluginError(
          this.plugin.file,
          `It drew the count ${count}, which is not a whole number from 1 to ${MOST_OF_A_CODE}`,
        );
      counts.set(column, (counts.get(column) ?? 0) + count);
    }
    for (const { name, start, end } of this.groups) {
      const own = [...counts.keys()].filter((column) => column >= start && column < end);
      if (own.length > 1)
        throw new PluginError(
          this.plugin.file,
          `It drew one patient with several values of ${name}: columns ${own.join(', ')}`,
        );
    }
    return [...counts].sort(([a], [b]) => a - b).map(([column, count]) => [column, this.counts === 'ones' ? 1 : count]);
  }
}

/** A model of records of a plug-in, as one of ours; without likelihood, and without futures of records. */
export class PluginRecords implements PatientModel {
  readonly takes = 'records';
  readonly drawsOnEngine = false;

  constructor(
    readonly columns: readonly Column[],
    private readonly own: PluginModel<PluginRecordSource, PluginRecord>,
    private readonly plugin: PluginFile,
  ) {}

  async fit(source: PatientSource, control: FitControl = {}): Promise<boolean> {
    refuseNothing(source);
    return fitted(() => this.own.fit(recordSourceOf(source), controlOf(control)), this.plugin, control);
  }

  async *sample(patients: number, options: SampleOptions) {
    for await (const { row, random } of each(patients, options)) {
      const drawn = await guarded(() => this.own.draw(random, row), this.plugin);
      const { data, error } = PatientRecord.safeParse({ ...drawn, id: uuidOf(`${options.seed}/${row}`) });
      if (error) {
        const [{ path, message }] = error.issues;
        throw new PluginError(
          this.plugin.file,
          `It drew something that is not a record: ${[path.map(String).join('.'), message].join(': ')}`,
        );
      }
      yield { row, record: data };
    }
  }

  async *continue(): ReturnType<PatientModel['continue']> {
    throw new NotOfPluginsError('futures of records (--from)');
  }

  logLikelihood(): never {
    throw new NotOfPluginsError('likelihood');
  }

  async save(folder: string): Promise<void> {
    await savePlugin(folder, this.columns, this.plugin, this.own);
  }

  dispose(): void {
    this.own.dispose?.();
  }
}

async function savePlugin(
  folder: string,
  columns: readonly Column[],
  plugin: PluginFile,
  own: { save(folder: string): Promise<void> | void },
): Promise<void> {
  const place = join(folder, PLUGIN_FOLDER);
  await mkdir(place, { recursive: true });
  await guarded(() => own.save(place), plugin);
  await saveModel(folder, PLUGIN_FORMAT, columns, plugin);
}

/** Rows from the first to the last, each with chance of its own. */
async function* each(rows: number, { seed, range: [first, end] = [0, rows], signal }: SampleOptions) {
  for (let row = first; row < end; row++) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const rng = new Rng(seed).fork(`row/${row}`);
    yield { row, random: () => rng.next() };
  }
}

/** False where the signal ended it. */
async function fitted(fit: () => Promise<void> | void, plugin: PluginFile, { signal }: FitControl): Promise<boolean> {
  try {
    await fit();
  } catch (error) {
    if (signal?.aborted) return false;
    throw new PluginError(plugin.file, `Its training failed: ${messageOf(error)}`, error);
  }
  return !signal?.aborted;
}

async function guarded<T>(work: () => Promise<T> | T, plugin: PluginFile): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PluginError(plugin.file, `It failed: ${messageOf(error)}`, error);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function controlOf({ minPatients = MIN_PATIENTS, signal, onEvent, onProgress }: FitControl) {
  return { minPatients, signal, onEvent, onProgress };
}

function sourceOf(rows: RowSource): PluginSource {
  const { columns, firstCode } = rows;
  const all = Int32Array.from({ length: rows.rows }, (_, row) => row);
  async function* entries() {
    for await (const { indptr, indices, values } of rowBlocks(rows, all)) {
      for (let row = 0; row + 1 < indptr.length; row++) {
        const own: [number, number][] = [];
        for (let at = indptr[row]; at < indptr[row + 1]; at++) own.push([indices[at], values[at]]);
        yield own;
      }
    }
  }
  return { patients: rows.rows, columns, firstCode, rows: entries };
}

function recordSourceOf(source: PatientSource): PluginRecordSource {
  const { patients, columns } = source;
  async function* rows() {
    for await (const { events } of source.records()) {
      const counts = new Map<number, number>();
      for (const event of events) {
        const column = source.columnOf(event);
        if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
      }
      yield [...counts].sort(([a], [b]) => a - b);
    }
  }
  return {
    ...{ patients, columns, firstCode: firstCodeOf(columns), rows },
    records: () => source.records(),
    columnOf: (event) => source.columnOf(event),
  };
}
