export {
  CodeMatrix,
  columnGroups,
  columnKey,
  firstCodeOf,
  haveSameColumns,
  pickRows,
  Column,
  type ColumnGroup,
  type Level,
  type RowParts,
} from './code-matrix.ts';
export { MatrixBuilder } from './builder.ts';
export { GrowingInts } from './growing.ts';
export {
  AGE_BANDS,
  ageBandOf,
  ageOf,
  bandColumn,
  demographicColumns,
  type Demographics,
  leastDaysOfBands,
  raceColumn,
  sexColumn,
} from './demographics.ts';
export { Titles } from './titles.ts';
export { dictionaryTitle, levelOf, LEVELS, type LevelChoice } from './levels.ts';
export {
  applySelection,
  type ColumnTargets,
  type CountedColumn,
  inOrder,
  selectColumns,
  selectCounted,
  selectedEntries,
  type Selection,
  type SelectionReport,
} from './select.ts';
export { saveColumns, loadColumns } from './columns-file.ts';
export { saveMatrix, loadMatrix } from './store.ts';
export { byColumn, type ColumnLists, onlyColumns, stacked } from './rearrange.ts';
export { type ForeignRows, readForeignRows } from './npz/any-array.ts';
export { isHoldout } from './split.ts';
export { differingEntries } from './differing-entries.ts';
export { MatrixWriter } from './writer.ts';
export { appended, openRows, rowBlocks, rowsInMemory, type RowSource } from './rows.ts';
export { batchCount, batches, type Batch, type BatchOptions } from './batches.ts';
export { privateChoice, type PrivateChoice, selectPrivately } from './private-columns.ts';
export { type ExclusiveSex, exclusiveSex, LEAST_EXPECTED, SexCounts } from './exclusive-sex.ts';
export { Encoder, Encoding } from './encoder.ts';
