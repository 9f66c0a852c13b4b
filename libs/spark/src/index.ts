export { isSpark, sparkAddress, type SparkAddress, withoutToken } from './address.ts';
export { inSpark, sparkName, sparkText } from './dialect.ts';
export { SparkAddressError, SparkError, SparkStoppedError, type Fault } from './errors.ts';
export { type SessionOptions, type SparkColumn, type SparkProgress, SparkSession } from './session.ts';
export type { CallSettings } from './connection.ts';
export type { Retries } from './retries.ts';
