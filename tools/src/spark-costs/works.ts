import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a work is given. */
export interface WorkContext {
  url: string;
  /** Schema of the source patients. */
  schema: string;
  patients: number;
  /** A folder that is there and empty. */
  out: string;
  /** A trained model. */
  model?: string;
}

/** Something that is done with Spark, by a command line of ehrsynth. */
export interface SparkWork {
  name: string;
  /** Whether it draws patients of a model, in place of reading a source. */
  needsModel: boolean;
  args: (context: WorkContext) => string[];
}

const ingest = ({ url, schema, out }: WorkContext) => [
  'ingest',
  'omop',
  url,
  '--schema',
  schema,
  '-o',
  join(out, 'cohort'),
];
export const COMMAND = fileURLToPath(new URL('../../../apps/cli/bin/ehrsynth.js', import.meta.url));

/** What is measured; a further one is a further row. */
export const WORKS: readonly SparkWork[] = [
  { name: 'ingest', needsModel: false, args: ingest },
  { name: 'ingest-rows', needsModel: false, args: (context) => [...ingest(context), '--rows-only'] },
  {
    name: 'ingest-stay',
    needsModel: false,
    args: (context) => [...ingest(context), '--rows-only', '--stay', `file:${join(context.out, 'place')}`],
  },
  {
    name: 'generate',
    needsModel: true,
    args: ({ url, patients, out, model }) => [
      ...['generate', model!, '-n', String(patients), '--on', url, '--executor', `${process.execPath} ${COMMAND}`],
      ...['--format', 'omop', '-o', `file:${join(out, 'synthetic')}`],
    ],
  },
];
