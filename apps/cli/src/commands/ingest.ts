import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { readPatientRecords, SystemAliases } from '@ehrsynth/fhir';
import { writeFileAtomic } from '@ehrsynth/io';
import { LEVELS, type LevelChoice, type SelectionReport } from '@ehrsynth/matrix';
import { type EventKind, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { CohortWriter, type CohortCounts } from '../cohort.ts';
import { LevelError } from '../errors.ts';
import { collect, fraction, listOf, oneOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { intoRunFolder } from '../run-folder.ts';
import { ingestReport } from './ingest-report.ts';
import { addSourceOptions, isServer, type SourceOptions, withFetched } from './ingest-source.ts';

const DRUG_RESOURCES = [
  'MedicationRequest',
  'MedicationDispense',
  'MedicationAdministration',
  'MedicationStatement',
];
const LEVEL_SYSTEMS: Record<string, string> = { 'icd-10-cm': System.icd10cm, ndc: System.ndc };

interface Options extends SourceOptions {
  out: string;
  systemAlias?: string[];
  systemAliasFile?: string;
  kinds: EventKind[];
  drugResources?: string[];
  level?: string[];
  minPatients: number;
  rare: 'drop' | 'parent';
  holdout: number;
  seed: number;
  onError: 'skip' | 'stop';
  keepUnknownCodes: boolean;
  force: boolean;
}

export function ingestCommand(): Command {
  return new Command('ingest').description('read patient records into a cohort').addCommand(
    addSourceOptions(new Command('fhir')
      .description('FHIR R4: Bundles (.json) and bulk exports (.ndjson), gzipped or not, a file or a folder; or a live server')
      .argument('<source>', 'file, folder, or the base of a server (http…)')
      .requiredOption('-o, --out <folder>', 'where to write the cohort')
      .option('--system-alias <URI=NAME>', 'read a code system as another: …=icd-10-cm, …=ndc (may be repeated)', collect)
      .option('--system-alias-file <file>', 'the same from a file, one URI=NAME a line')
      .option('--kinds <list>', 'condition, drug, procedure, measurement', listOf('condition', 'drug', 'procedure', 'measurement'), ['condition', 'drug', 'procedure'])
      .option('--drug-resources <list>', `which resources tell of drugs (default: ${DRUG_RESOURCES.join(', ')})`, listOf(...DRUG_RESOURCES))
      .option('--level <SYSTEM=LEVEL>', 'count at a level: icd-10-cm=category, ndc=product, ndc=ingredient (may be repeated)', collect)
      .option('--min-patients <number>', 'codes that fewer training patients have are left out', wholeNumber(1), 10)
      .option('--rare <what>', 'drop rare codes, or count them in their parent', oneOf('drop', 'parent'), 'drop')
      .option('--holdout <fraction>', 'share of the patients that training never sees', fraction, 0.3)
      .option('--seed <number>', 'decides the split', wholeNumber(0), 1)
      .option('--on-error <what>', 'skip bad input and count it, or stop before anything is written', oneOf('skip', 'stop'), 'skip')
      .option('--keep-unknown-codes', 'keep ICD-10-CM codes that the dictionary does not have', false)
      .option('--force', 'replace the folder', false))
      .action(ingestFhir),
  ); // prettier-ignore
}

async function ingestFhir(source: string, options: Options): Promise<void> {
  if (isServer(source)) await withFetched(source, options, (folder) => ingestFiles(folder, options, source));
  else await ingestFiles(source, options, source);
}

/** @param name what the user calls it: a server, where the files were fetched from one */
async function ingestFiles(source: string, options: Options, name: string): Promise<void> {
  const { out, force, onError, kinds, drugResources, keepUnknownCodes } = options;
  const aliases = new SystemAliases(options.systemAlias);
  if (options.systemAliasFile) await aliases.addFile(options.systemAliasFile);
  const levels = levelChoice(options.level ?? []);
  const vocabulary = new Vocabulary();
  const tally = new Tally(onError);
  let result: { counts: CohortCounts; selection: SelectionReport } | undefined;

  const run = {
    command: 'ingest fhir',
    out,
    force,
    options: { source: name, ...withoutSecrets(options) },
    inputs: [source],
  };
  await intoRunFolder(run, async (folder) => {
    const progress = new Progress('Reading', 'resources');
    const onProgress = ({
      resources,
      fileIndex,
      files,
    }: {
      resources: number;
      fileIndex: number;
      files: number;
    }) => progress.update(resources, `(file ${fileIndex + 1} of ${files})`);
    const reading = { aliases, vocabulary, kinds, drugResources, keepUnknownCodes, onProgress };
    await mkdir(join(folder, 'train'));
    await mkdir(join(folder, 'holdout'));
    const cohort = new CohortWriter(folder, vocabulary, { levels, ...options });
    for await (const record of readPatientRecords(source, reading, tally)) await cohort.add(record);
    result = await cohort.close();
    progress.stop();
    const problems = tally.problems.map((problem) => `${JSON.stringify(problem)}\n`).join('');
    await writeFileAtomic(join(folder, 'problems.ndjson'), problems);
    return { ...result.counts, columns: result.selection, ...tallyCounts(tally) };
  });
  console.log(ingestReport(name, out, tally, result!.counts, result!.selection));
}

/** Tokens do not belong into run.json, and headers may have some. */
function withoutSecrets({ token, header, ...options }: Options): object {
  return { ...options, ...(token && { token: '(given)' }), ...(header && { header: '(given)' }) };
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

function tallyCounts(tally: Tally) {
  return {
    used: Object.fromEntries(tally.used),
    skipped: Object.fromEntries(
      [...tally.skipped].map(([type, reasons]) => [type, Object.fromEntries(reasons)]),
    ),
    notes: Object.fromEntries(tally.notes),
    systems: [...tally.systems.values()].map(({ kind, system, events, codes }) => ({
      kind,
      system,
      events,
      codes: codes.size,
    })),
  };
}
