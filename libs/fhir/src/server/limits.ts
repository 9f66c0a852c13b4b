import { READ_LIMITS } from '@ehrsynth/io';

/** What a server may ask of us: honest ones stay far below. Each has an option of the CLI that raises it. */
export interface ConnectionLimits {
  /** Until an answer to one try of a request begins. */
  timeoutMs: number;
  /** A body that has hardly a byte in this time has stalled; how long it takes as a whole does not count. */
  stallMs: number;
  /** Waiting in all, for an export (202) or before tries that the server puts off (Retry-After). */
  maxWaitMs: number;
  /** Pages of a search for one type. */
  maxPages: number;
  /** One answer, decompressed; files of a bulk export have their own. */
  maxResponseBytes: number;
  /** One file of a bulk export, decompressed. */
  maxFileBytes: number;
  /** Decompressed against compressed bytes, once there are so many that it matters. */
  maxExpansion: number;
}

const MINUTE_MS = 60_000;
const MIB = 2 ** 20;

export const CONNECTION_LIMITS: ConnectionLimits = {
  timeoutMs: 5 * MINUTE_MS,
  stallMs: 2 * MINUTE_MS,
  maxWaitMs: 24 * 60 * MINUTE_MS,
  maxPages: 1_000_000,
  maxResponseBytes: 128 * MIB,
  maxFileBytes: 64 * 1024 * MIB,
  maxExpansion: READ_LIMITS.maxExpansion,
};

/** Limits with the names of their options. */
export const OPTION_OF: Record<keyof ConnectionLimits, string> = {
  timeoutMs: '--timeout',
  stallMs: '--stall-timeout',
  maxWaitMs: '--max-wait',
  maxPages: '--max-pages',
  maxResponseBytes: '--max-response-mb',
  maxFileBytes: '--max-file-gb',
  maxExpansion: '--max-expansion',
};

/** 90 s → 1.5 minutes. */
export function timeText(ms: number): string {
  const units: [number, string][] = [
    [365.25 * 24 * 60 * MINUTE_MS, 'years'],
    [24 * 60 * MINUTE_MS, 'days'],
    [60 * MINUTE_MS, 'hours'],
    [MINUTE_MS, 'minutes'],
    [1000, 'seconds'],
  ];
  const [size, unit] = units.find(([size]) => ms >= 2 * size) ?? [1000, 'seconds'];
  return `${(ms / size).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${unit}`;
}

/** 1,572,864 → 1.5 MB */
export function sizeText(bytes: number): string {
  const [size, unit] = bytes >= 1024 * MIB ? [1024 * MIB, 'GB'] : [MIB, 'MB'];
  return `${(bytes / size).toLocaleString('en-US', { maximumFractionDigits: 3 })} ${unit}`;
}
