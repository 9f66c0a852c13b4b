import type { Encoding, SelectionReport } from '@ehrsynth/matrix';
import type { UnitReport } from '@ehrsynth/units';
import { z } from 'zod';
import { PROGRAM_OPTIONS } from '../cluster/cluster.ts';
import type { Running, Work } from '../run/events.ts';
import { seedNumber } from '../training/train-options.ts';
import type { CohortCounts } from './cohort-writer.ts';
import { EmptySourceError } from './errors.ts';
import type { RecordSource } from './record-source.ts';

export const IngestOptions = z.strictObject({
  /** The cohort's folder. */
  out: z.string().min(1),
  /** Levels to count codes at: icd-10-cm=category, ndc=product, ndc=ingredient. */
  level: z.array(z.string()).optional(),
  /** Codes that fewer training patients have are left out; nothing else that fewer have is written to a model either. */
  minPatients: z.number().int().min(1).default(10),
  /** Drop rare codes, or count them in their parent. */
  rare: z.enum(['drop', 'parent']).default('drop'),
  /** Columns are chosen by noisy counts, of this ε and δ for each patient; a training with differential privacy composes them with its own. */
  dpEpsilon: z.number().positive().optional(),
  dpDelta: z.number().positive().lt(1).optional(),
  /** Share of the patients that training never sees. */
  holdout: z.number().min(0).lt(1).default(0.3),
  /** Decides the split. */
  seed: seedNumber.default(1),
  /** Codes are counted where they are, in a database: the cohort has rows and no records. */
  rowsOnly: z.boolean().default(false),
  /** A place on the storage of a Spark cluster, where the patients stay: the cohort has their columns, and names the place. */
  stay: z.string().min(1).optional(),
  /** Where the executors of that cluster have this program from: they make the records that stay. Without it, records are made here. */
  ...PROGRAM_OPTIONS,
  /** Replaces the folder where `ingest` wrote it. */
  force: z.boolean().default(false),
});
export type IngestOptions = z.input<typeof IngestOptions>;

/** What a cohort is made of, and where. */
export interface Making {
  source: RecordSource;
  folder: string;
  given: z.output<typeof IngestOptions> & Pick<Encoding, 'levels' | 'chosen'>;
  running: Running;
  work: Work;
}

/** What a cohort came to. */
export interface MadeCohort {
  counts: CohortCounts;
  /** Which columns were kept, dropped, rolled up. */
  selection: SelectionReport;
  /** Codes with values in more than one unit, or without one, and what became of these. */
  units: UnitReport[];
  /** What of the source is not kept, and of how many events. */
  notes: ReadonlyMap<string, number>;
}

/** @throws EmptySourceError where nobody was read, and there is nothing to say why */
export function requirePatients({ patients }: CohortCounts, { tally, name }: RecordSource): void {
  if (patients === 0 && tally.problems.length === 0 && tally.skipped.size === 0) throw new EmptySourceError(name);
}
