export { isSpark, sparkAddress, type SparkAddress, withoutToken } from './address.ts';
export type { Traffic } from './connection.ts';
export { inSpark, sparkName, sparkText } from './dialect.ts';
export { SparkAddressError, SparkError, SparkStoppedError } from './errors.ts';
export type { LocalColumn, LocalColumns } from './local-rows.ts';
export { type SessionOptions, type SparkColumn, type SparkProgress, SparkSession } from './session.ts';
