export { isSpark, sparkAddress, type SparkAddress, withoutToken } from './address.ts';
export { inSpark, sparkName, sparkText } from './dialect.ts';
export {
  NoScriptsError,
  NotTakenError,
  SparkAddressError,
  SparkError,
  SparkStoppedError,
  TaskFailedError,
} from './errors.ts';
export { Executors, type Program } from './executors.ts';
export { linesQuery, scriptQuery, type Script, type Sent, type Word } from './scripts.ts';
export { type SessionOptions, type SparkColumn, type SparkProgress, SparkSession } from './session.ts';
export type { Sink } from './writes.ts';
