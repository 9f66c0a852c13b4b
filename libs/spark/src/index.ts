export { isSpark, sparkAddress, type SparkAddress, withoutToken } from './address.ts';
export type { Traffic } from './connection.ts';
export { inSpark, sparkName, sparkText } from './dialect.ts';
export {
  NoScriptsError,
  NotTakenError,
  SparkAddressError,
  SparkError,
  SparkStoppedError,
  TaskFailedError,
  type Fault,
} from './errors.ts';
export { Executors, type Program } from './executors.ts';
export type { LocalColumn, LocalColumns } from './local-rows.ts';
export { linesQuery, scriptQuery, type Script, type Sent, type Word } from './scripts.ts';
export { type SessionOptions, type SparkColumn, type SparkProgress, SparkSession } from './session.ts';
export { isFree } from './storage.ts';
export { placeIn, tableNames } from './tables.ts';
export type { CallSettings } from './connection.ts';
export type { Retries } from './retries.ts';
export type { Sink } from './writes.ts';
