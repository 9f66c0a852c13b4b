import type { Column } from '@ehrsynth/matrix';
import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import type { FitControl } from '../synthesizer.ts';

/** Columns of a row and their counts, in any order; a count that is left out is 1. */
export type PluginRow = Iterable<number | readonly [column: number, count: number]>;

/** A record without an id, which follows from the seed and the number of the row. Its codes are those of columns. */
export type PluginRecord = Omit<PatientRecord, 'id'>;

/** Training patients as a plug-in sees them. */
export interface PluginSource {
  /** How many there are. */
  readonly patients: number;
  /** Columns of the cohort: one-hot demographics first, then codes. */
  readonly columns: readonly Column[];
  /** Place of the first column that is a code. */
  readonly firstCode: number;
  /** Their rows, each time that it is called. */
  rows(): AsyncIterable<readonly [column: number, count: number][]>;
}

/** The same with records, for a plug-in that takes these. */
export interface PluginRecordSource extends PluginSource {
  /** Their records, each time that it is called. */
  records(): AsyncIterable<PatientRecord>;
  /** The column of an event; undefined where the cohort has none for it. */
  columnOf(event: CodedEvent): number | undefined;
}

/** Of a training: k of what is kept, a signal that ends it, where progress is reported. */
export type PluginControl = Required<Pick<FitControl, 'minPatients'>> &
  Pick<FitControl, 'signal' | 'onEvent' | 'onProgress'>;

/** An untrained or trained model of a plug-in. */
export interface PluginModel<Source, Drawn> {
  /** Learns from the training patients. */
  fit(source: Source, control: PluginControl): Promise<void> | void;
  /**
   * One synthetic patient. All chance comes from `random`, which gives numbers from 0 to below 1 and is seeded for each row: so the same seed
   * gives the same patients, in however many parts they are drawn.
   */
  draw(random: () => number, row: number): Promise<Drawn> | Drawn;
  /** Writes what `load` needs into a folder of the plug-in's own. */
  save(folder: string): Promise<void> | void;
  dispose?(): void;
}

/** What a model is made with. */
export interface PluginSetting {
  columns: readonly Column[];
  firstCode: number;
  seed: number;
}

interface AnyPlugin<Takes, Model> {
  /** What the model is called in reports and tables. */
  name: string;
  takes: Takes;
  /** An untrained model. */
  create(setting: PluginSetting): Model;
  /** The model that `save` wrote. */
  load(folder: string, setting: Omit<PluginSetting, 'seed'>): Promise<Model> | Model;
}

/** A model of rows: what a patient had. Times and visits are learned beside it, as for our own models of rows. */
export interface RowPlugin extends AnyPlugin<'rows', PluginModel<PluginSource, PluginRow>> {
  /** Whether its counts mean something; if not, each code is there or not (by default). */
  counts?: boolean;
}
/** A model of whole records. */
export type RecordPlugin = AnyPlugin<'records', PluginModel<PluginRecordSource, PluginRecord>>;
/** What the module of a plug-in exports as its default. */
export type ModelPlugin = RowPlugin | RecordPlugin;
