import type { Command } from 'commander';
import { ingest as ingestRecords, type RecordSource, USUAL_KINDS } from '@ehrsynth/pipeline';
import { EventKind } from '@ehrsynth/records';
import { console } from '../console.ts';
import type { ProgramOptions } from '../cluster-options.ts';
import { addLimitOptions, type LimitOptions } from '../limit-options.ts';
import { above0, collect, fraction, listOf, oneOf, wholeNumber } from '../options.ts';
import { showing, showingStoppable } from '../showing.ts';
import { StoppedReadingError } from '../errors.ts';
import { hintsOf, uselessBecause } from './ingest-advice.ts';
import { ingestReport } from './ingest-report.ts';

/** What decides how records become a cohort, whatever they come from. */
export interface CohortOptions extends LimitOptions {
  out: string;
  kinds: EventKind[];
  level?: string[];
  minPatients: number;
  rare: 'drop' | 'parent';
  dpEpsilon?: number;
  dpDelta?: number;
  holdout: number;
  seed: number;
  rowsOnly?: boolean;
  stay?: string;
  onError: 'skip' | 'stop';
  keepUnknownCodes: boolean;
  force: boolean;
}

export function addCohortOptions(command: Command): Command {
  return addLimitOptions(command)
    .requiredOption('-o, --out <folder>', 'where to write the cohort')
    .option(
      '--kinds <list>',
      `events to read, separated by commas: ${EventKind.options.join(', ')}; values come with measurement`,
      listOf(...EventKind.options),
      USUAL_KINDS,
    )
    .option(
      '--level <SYSTEM=LEVEL>',
      'level at which codes are counted: icd-10-cm=category, ndc=product, ndc=ingredient (may be repeated)',
      collect,
    )
    .option(
      '--min-patients <number>',
      'leave out codes that fewer training patients have; a model keeps nothing else that fewer of them have',
      wholeNumber(1),
      10,
    )
    .option('--rare <what>', 'drop rare codes, or count them under their parent code', oneOf('drop', 'parent'), 'drop')
    .option(
      '--dp-epsilon <number>',
      'choose the columns by noisy counts with this ε per patient; a private training adds it to its own',
      above0,
    )
    .option('--dp-delta <number>', 'the δ of --dp-epsilon, well below 1 / number of patients', fraction)
    .option('--holdout <fraction>', 'share of the patients that is held out from training', fraction, 0.3)
    .option('--seed <number>', 'determines the split', wholeNumber(0), 1)
    .option(
      '--on-error <what>',
      'skip bad input and count it, or stop before anything is written',
      oneOf('skip', 'stop'),
      'skip',
    )
    .option('--keep-unknown-codes', 'keep ICD-10-CM codes that are not in the dictionary', false)
    .option('--force', 'replace the folder', false);
}

/** A source, with the options of its command: run.json shows all of them. */
export interface Ingestion extends Omit<RecordSource, 'options'> {
  options: CohortOptions;
}

/**
 * Reads records into a cohort's folder and prints what was read and what was not. Where nothing can be trained on it, the cohort
 * is written all the same, for the list of what was wrong is in it, and the exit code is 1.
 * @param program where executors have this program from that make records which stay
 */
export async function ingest({ options, ...source }: Ingestion, program: ProgramOptions = {}): Promise<void> {
  const { out, level, minPatients, rare, dpEpsilon, dpDelta, holdout, seed, rowsOnly, stay, force } = options;
  const running = source.spark ? showingStoppable((work) => work === 'Reading') : showing();
  const { counts, selection, units, tally } = await ingestRecords(
    { ...source, options: { ...options } },
    { out, level, minPatients, rare, dpEpsilon, dpDelta, holdout, seed, rowsOnly, stay, force, ...program },
    running,
  ).catch((error) => {
    throw running.signal?.aborted ? new StoppedReadingError(source.name) : error;
  });
  console.log(ingestReport(source.name, out, tally, counts, selection, units));
  for (const hint of hintsOf(tally)) console.log(hint);
  if (tally.unaccounted().length > 0) process.exitCode = 1;
  const useless = uselessBecause(counts, tally, /^https?:/.test(source.name));
  if (useless === undefined) return;
  console.error(useless);
  process.exitCode = 1;
}
