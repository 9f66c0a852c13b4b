import { z } from 'zod';
import { Listing } from './listing.ts';

/** A file that a command read or wrote. */
export const RunFile = z.object({
  /** From the run's folder; of an input, after the name of its part: cohort/train/matrix.npz. */
  name: z.string(),
  bytes: z.number().int().min(0),
  /** In hex. */
  sha256: z.string(),
});
export type RunFile = z.infer<typeof RunFile>;

const isInside = ({ name }: RunFile) => !name.startsWith('/') && !name.split(/[/\\]/).includes('..');

/** What run.json says of the command that wrote a folder. */
export const RunRecord = z.object({
  /** Drawn at random: other runs name this one by it where a sum of its files would say too much. */
  id: z.string(),
  command: z.string(),
  version: z.string(),
  node: z.string(),
  /** Without those that name a file, a folder or a server. */
  options: z.record(z.string(), z.unknown()),
  /** Folders of the commands before it, from this one: { cohort: '../cohort' }. */
  links: z.record(z.string(), z.string()),
  /** Ids of the runs before it, of which it names no files. */
  origins: z.record(z.string(), z.string()).optional(),
  inputs: z.array(RunFile),
  /** What the folder holds, where other commands go on from it. */
  outputs: z.array(RunFile.refine(isInside, 'a name that leads out of the folder')).optional(),
  /** What it holds by name alone, where nothing is proven by it: --force removes that and nothing else. */
  holds: Listing.optional(),
  counts: z.record(z.string(), z.unknown()),
  started: z.string(),
  seconds: z.number(),
});
export type RunRecord = z.infer<typeof RunRecord>;
