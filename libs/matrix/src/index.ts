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
export { demographicColumns, ageBandOf, ageOf, AGE_BANDS, type Demographics } from './demographics.ts';
export { Titles } from './titles.ts';
export { dictionaryTitle, levelOf, LEVELS, type LevelChoice } from './levels.ts';
export {
  inOrder,
  selectColumns,
  selectedEntries,
  applySelection,
  type Selection,
  type SelectionReport,
} from './select.ts';
export { saveColumns, loadColumns } from './columns-file.ts';
export { saveMatrix, loadMatrix } from './store.ts';
export { byColumn, type ColumnLists, onlyColumns, stacked } from './rearrange.ts';
export { isHoldout } from './split.ts';
export { differingEntries } from './differing-entries.ts';
export { MatrixWriter } from './writer.ts';
export { appended, openRows, rowBlocks, rowsInMemory, type RowSource } from './rows.ts';
export { batchCount, batches, type Batch } from './batches.ts';
export { privateChoice, type PrivateChoice, selectPrivately } from './private-columns.ts';
export { Encoder, Encoding } from './encoder.ts';
