import type { Command } from 'commander';
import { READ_LIMITS, type ReadLimits } from '@ehrsynth/io';
import { above0 } from './options.ts';

export interface LimitOptions {
  maxLineMb: number;
  maxExpansion: number;
}

const MEGABYTE = 1 << 20;

/** Options for the limits of reading files that others made. */
export function addLimitOptions(command: Command): Command {
  return command
    .option(
      '--max-line-mb <number>',
      'longest line of a file, in MB; longer ones count as broken',
      above0,
      READ_LIMITS.maxLineBytes / MEGABYTE,
    )
    .option(
      '--max-expansion <ratio>',
      'a gzip file that decompresses to more than this many times its size (and to over 64 MB) counts as broken',
      above0,
      READ_LIMITS.maxExpansion,
    );
}

export function limitsOf({ maxLineMb, maxExpansion }: LimitOptions): ReadLimits {
  return { maxLineBytes: Math.floor(maxLineMb * MEGABYTE), maxExpansion };
}
