export { UserError, fromSystemError, type ExitCode } from './errors.ts';
export { BrokenGzipError, readLines, readWholeFile, listFiles, type TextLine } from './read.ts';
export { stageFolder, writeFileAtomic, LineWriter, type StagedFolder } from './write.ts';
export { readTable } from './table.ts';
export { checksum } from './checksum.ts';
export { Spill } from './spill.ts';
export { printable, printableLines } from './printable.ts';
export { asCell, fromCell } from './spreadsheet.ts';
