export { UserError, fromSystemError, isSystemError, type ExitCode } from './errors.ts';
export {
  BrokenGzipError,
  checkGzip,
  readChunks,
  readIfShort,
  readLineBatches,
  readLines,
  readWholeFile,
  type TextLine,
} from './read.ts';
export { peek, type Peek } from './peek.ts';
export { textStream, type TextStream, type Encoding } from './text-bytes.ts';
export {
  ExpansionError,
  expandsTooFar,
  LongFileError,
  LongLineError,
  OWN_FILES,
  READ_LIMITS,
  type ReadLimits,
} from './limits.ts';
export { listFiles, NotAFileError, type SkippedEntry } from './list.ts';
export { stageFile, type StagedFile } from './stage-file.ts';
export { writeFileAtomic, writeWholeSync, LineWriter } from './write.ts';
export { ProtectedPlaceError, restoreReplaced, stageFolder, type StagedFolder, type StageOptions } from './stage.ts';
export { lockOutput, LockedError } from './lock.ts';
export { makeFolder } from './make-folder.ts';
export { temporaryFolder, type TemporaryFolder } from './temporary.ts';
export { readTable } from './table.ts';
export { parseYaml, readYaml, type Yaml, type YamlFault } from './yaml.ts';
export { checksum } from './checksum.ts';
export { version } from './version.ts';
export { Spill } from './spill.ts';
export { outsideName } from './outside-name.ts';
export { redactUrls } from './redact.ts';
export { type Pause, pausing, yieldToEventLoop } from './event-loop.ts';
export { escapeHtml } from './escape-html.ts';
export { printable, printableLines } from './printable.ts';
export { asCell, fromCell } from './spreadsheet.ts';
export type { Owner } from './owner.ts';
