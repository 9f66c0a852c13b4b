import { Command } from 'commander';
import { writeFhir } from '@ehrsynth/fhir';
import { writeOmop } from '@ehrsynth/omop';
import { simulateLives, simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { console } from '../console.ts';
import { athenaFile, omopCounts } from '../omop.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { intoRunFolder } from '@ehrsynth/pipeline';
import { text } from '../table.ts';

interface Options {
  patients: number;
  out: string;
  seed: number;
  world: keyof typeof WORLDS;
  format: 'bundles' | 'ndjson';
  omop?: 'csv' | 'parquet' | 'duckdb' | true;
  gzip: boolean;
  force: boolean;
}

/** Lives: diseases, visits, refills and values over time. Sets: latent clusters of codes, painted onto six years. */
const WORLDS = { lives: simulateLives, sets: simulatePatients };

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('make source records of a known distribution, as FHIR or OMOP, for trying and measuring')
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('-n, --patients <number>', 'how many', wholeNumber(1), 2000)
    .option('--seed <number>', 'the same seed gives the same patients', wholeNumber(0), 1)
    .option(
      '--world <world>',
      'lives: whole lives over time, with values; sets: codes that occur together',
      oneOf('lives', 'sets'),
      'lives',
    )
    .option('--format <format>', 'bundles or ndjson', oneOf('bundles', 'ndjson'), 'ndjson')
    .option(
      '--omop [format]',
      'OMOP CDM 5.4 instead of FHIR: csv, parquet or duckdb (default: parquet)',
      oneOf('csv', 'parquet', 'duckdb'),
    )
    .option('--gzip', 'compress the files', false)
    .option('--force', 'replace the folder', false)
    .action(simulate);
}

async function simulate(options: Options): Promise<void> {
  const { out, force, patients, seed, world, format, gzip, omop } = options;
  const vocabulary = new Vocabulary();
  let written = new Map<string, number>();
  const run = { command: 'simulate', out, force, options: { ...options }, inputs: [] };
  await intoRunFolder(run, async (folder) => {
    const progress = new Progress('Simulating', 'patients', patients);
    const onProgress = (count: number) => progress.update(count);
    const records = stream(WORLDS[world]({ patients, seed }, vocabulary));
    if (omop) {
      const today = new Date().toISOString().slice(0, 10);
      const kind = omop === true ? 'parquet' : omop;
      const counts = await writeOmop(records, folder, {
        format: kind,
        today,
        onProgress,
        athena: athenaFile(),
      });
      written = counts.rows;
      progress.stop();
      return { patients, ...omopCounts(counts) };
    }
    written = await writeFhir(records, folder, vocabulary, { format, gzip, onProgress });
    progress.stop();
    return { patients, resources: Object.fromEntries(written) };
  });
  const total = [...written.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${text(patients)} simulated patients, ${text(total)} ${omop ? 'OMOP rows' : 'FHIR resources'} → ${out}`,
  );
}

async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
