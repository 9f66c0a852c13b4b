import { readFile } from 'node:fs/promises';
import { fromSystemError } from '@ehrsynth/io';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { StudyFileError } from './errors.ts';

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

/** Reads a study's file. @throws StudyFileError with the line, UserError */
export async function readStudy(path: string): Promise<Study> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  return studyOf(text, path);
}

/** @param path for messages @throws StudyFileError */
export function studyOf(text: string, path: string): Study {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) throw new StudyFileError(path, broken.message, lines.linePos(broken.pos[0]).line);
  const { data, error } = Study.safeParse(document.toJS());
  if (data) return data;
  const [issue] = error.issues;
  const names = 'keys' in issue ? [...issue.path, issue.keys[0]] : issue.path;
  const what = 'keys' in issue ? 'no such part of a study' : issue.message;
  throw new StudyFileError(path, `${names.map(String).join('.') || 'the file'}: ${what}`, lineOf(names));

  function lineOf(place: PropertyKey[]): number | undefined {
    for (let length = place.length; length > 0; length--) {
      const node = document.getIn(place.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  }
}
