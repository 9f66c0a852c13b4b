import { parseYaml, readYaml, type Yaml } from '@ehrsynth/io';
import { z } from 'zod';
import { StudyFileError } from './errors.ts';

const SEEDS = 'must be a whole number of at least 1';
const OptionValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);
/** Values by the names that a command's options have on the command line, without the dashes. */
const Options = z.record(z.string(), OptionValue);
/** A step without options may be written as nothing, or as true. */
const optional = z.preprocess(
  (given) => (given === true ? {} : given),
  Options.nullish().transform((options) => options ?? {}),
);

const Study = z.strictObject({
  /** The folder that all is written into, from the file's own. */
  out: z.string().min(1).default('study'),
  /** What is read: a command of `ingest`, what it reads, and its options. */
  ingest: z.object({ from: z.string(), source: z.string() }).catchall(OptionValue),
  /** Models that are trained, and samples drawn, each with a seed of its own: the report has the range of each figure over them. */
  seeds: z.number({ error: SEEDS }).int(SEEDS).min(1, SEEDS).default(1),
  train: optional,
  generate: optional,
  /** The formats to write, each a command of `export` with its options. */
  export: z.record(z.string(), optional).nullish(),
  /** false leaves it out. */
  evaluate: z.union([z.literal(false), optional]),
  /** A package to give away; none is made where this is left out. */
  release: z.preprocess((given) => (given === true ? {} : given === false ? null : given), Options.nullish()),
});

export type OptionValue = z.infer<typeof OptionValue>;
export type StudyOptions = z.infer<typeof Options>;
export type Study = z.infer<typeof Study>;

/** A study's file, and where its keys stand. @throws StudyFileError with the key and its place, UserError */
export function readStudy(path: string): Promise<Yaml<Study>> {
  return readYaml(path, Study, wrong);
}

/** @param path for messages @throws StudyFileError with the key and its place */
export function studyOf(text: string, path: string): Study {
  return parseYaml(text, path, Study, wrong).data;
}

const wrong = (what: string, where: string) => new StudyFileError(what, where);
