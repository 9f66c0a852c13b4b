import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { writeFileAtomic, yieldToEventLoop } from '@ehrsynth/io';
import { LEVELS, type LevelChoice, type SelectionReport } from '@ehrsynth/matrix';
import { type EventKind, type PatientRecord, System, type Tally } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { CohortWriter, type CohortCounts } from '../cohort.ts';
import { console } from '../console.ts';
import { LevelError } from '../errors.ts';
import { addLimitOptions, type LimitOptions } from '../limit-options.ts';
import { collect, fraction, listOf, oneOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { filesByNumber, intoRunFolder } from '../run-folder.ts';
import { hintsOf, uselessBecause } from './ingest-advice.ts';
import { ingestReport } from './ingest-report.ts';

const LEVEL_SYSTEMS: Record<string, string> = { 'icd-10-cm': System.icd10cm, ndc: System.ndc };

/** What decides how records become a cohort, whatever they come from. */
export interface CohortOptions extends LimitOptions {
  out: string;
  kinds: EventKind[];
  level?: string[];
  minPatients: number;
  rare: 'drop' | 'parent';
  holdout: number;
  seed: number;
  onError: 'skip' | 'stop';
  keepUnknownCodes: boolean;
  force: boolean;
}

export function addCohortOptions(command: Command): Command {
  return addLimitOptions(command)
    .requiredOption('-o, --out <folder>', 'where to write the cohort')
    .option('--kinds <list>', 'condition, drug, procedure, measurement', listOf('condition', 'drug', 'procedure', 'measurement'), ['condition', 'drug', 'procedure'])
    .option('--level <SYSTEM=LEVEL>', 'count at a level: icd-10-cm=category, ndc=product, ndc=ingredient (may be repeated)', collect)
    .option('--min-patients <number>', 'codes that fewer training patients have are left out; nothing else that fewer have is written to a model either', wholeNumber(1), 10)
    .option('--rare <what>', 'drop rare codes, or count them in their parent', oneOf('drop', 'parent'), 'drop')
    .option('--holdout <fraction>', 'share of the patients that training never sees', fraction, 0.3)
    .option('--seed <number>', 'decides the split', wholeNumber(0), 1)
    .option('--on-error <what>', 'skip bad input and count it, or stop before anything is written', oneOf('skip', 'stop'), 'skip')
    .option('--keep-unknown-codes', 'keep ICD-10-CM codes that the dictionary does not have', false)
    .option('--force', 'replace the folder', false); // prettier-ignore
}

export interface Ingestion {
  /** ingest fhir, ingest omop */
  command: string;
  /** What the user calls the source. */
  name: string;
  inputs: string[];
  options: CohortOptions;
  vocabulary: Vocabulary;
  tally: Tally;
  /** The part of the cohort that the source has a patient in; drawn where it is undefined. */
  partOf?: (id: string) => 'train' | 'holdout' | undefined;
  /** What progress counts. */
  unit: string;
  /** Reads the source, telling how far it is; what does not fit into memory goes into the folder. */
  read: (onProgress: (count: number, note?: string) => void, folder: string) => AsyncIterable<PatientRecord>;
}

/**
 * Reads records into a cohort's folder and prints what was read and what was not. Where nothing can be trained on it, the cohort
 * is written all the same, for the list of what was wrong is in it, and the exit code is 1.
 */
export async function ingest({
  command,
  name,
  inputs,
  options,
  vocabulary,
  tally,
  unit,
  partOf,
  read,
}: Ingestion): Promise<void> {
  const { out, force } = options;
  const levels = levelChoice(options.level ?? []);
  let result: { counts: CohortCounts; selection: SelectionReport } | undefined;
  await intoRunFolder(
    {
      command,
      out,
      force,
      options: { ...options },
      sources: inputs,
      inputs: () => filesByNumber('source', ...inputFiles(inputs, tally)),
    },
    async (folder) => {
      const progress = new Progress('Reading', unit);
      await mkdir(join(folder, 'train'));
      await mkdir(join(folder, 'holdout'));
      const cohort = new CohortWriter(folder, vocabulary, { ...options, levels, partOf });
      for await (const record of read((count, note) => progress.update(count, note), folder)) {
        await cohort.add(record);
        await yieldToEventLoop();
      }
      result = await cohort.close();
      progress.stop();
      const problems = tally.problems.map((problem) => `${JSON.stringify(problem)}\n`).join('');
      await writeFileAtomic(join(folder, 'problems.ndjson'), problems);
      return { ...result.counts, columns: result.selection, ...tallyCounts(tally) };
    },
  );
  const { counts, selection } = result!;
  console.log(ingestReport(name, out, tally, counts, selection));
  for (const hint of hintsOf(tally)) console.log(hint);
  if (tally.unaccounted().length > 0) process.exitCode = 1;
  const useless = uselessBecause(counts, tally, /^https?:/.test(name));
  if (useless === undefined) return;
  console.error(useless);
  process.exitCode = 1;
}

function levelChoice(choices: string[]): LevelChoice {
  const levels: LevelChoice = {};
  for (const choice of choices) {
    const [name, level] = choice.split('=');
    const system = LEVEL_SYSTEMS[name];
    const known = system && LEVELS[system].find((one) => one === level);
    if (!known) {
      const all = Object.entries(LEVEL_SYSTEMS).flatMap(([key, uri]) =>
        LEVELS[uri].map((one) => `${key}=${one}`),
      );
      throw new LevelError(choice, all);
    }
    levels[system] = known;
  }
  return levels;
}

/** The files that were read, in place of the folder that they were found in, where the reading says which they were. */
function inputFiles([source, ...others]: string[], { filesRead }: Tally): string[] {
  return filesRead.length > 0 ? [...filesRead, ...others] : [source, ...others].filter(Boolean);
}

function tallyCounts(tally: Tally) {
  return {
    ...(tally.rows.size > 0 && { rows: Object.fromEntries(tally.rows) }),
    used: Object.fromEntries(tally.used),
    skipped: Object.fromEntries(
      [...tally.skipped].map(([type, reasons]) => [type, Object.fromEntries(reasons)]),
    ),
    notes: Object.fromEntries(tally.notes),
    filesNotRead: Object.fromEntries([...tally.filesNotRead].map(([why, { count }]) => [why, count])),
    systems: [...tally.systems.values()].map(({ kind, system, events, codes }) => ({
      kind,
      system,
      events,
      codes: codes.size,
    })),
  };
}
