import { Command } from 'commander';
import { simulate } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { above0, oneOf, wholeNumber } from '../options.ts';
import { showing } from '../showing.ts';
import { text } from '../table.ts';

interface Options {
  patients: number;
  out: string;
  seed: number;
  world: 'lives' | 'sets';
  years?: number;
  format: 'bundles' | 'ndjson';
  omop?: 'csv' | 'parquet' | 'duckdb' | true;
  meds: boolean;
  gzip: boolean;
  force: boolean;
}

const WHAT = { FHIR: 'FHIR resources', OMOP: 'OMOP rows', MEDS: 'MEDS rows' };

export function simulateCommand(): Command {
  return new Command('simulate')
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('-n, --patients <number>', 'number of patients', wholeNumber(1), 2000)
    .option('--seed <number>', 'the same seed gives the same patients', wholeNumber(0), 1)
    .option(
      '--world <world>',
      'lives: whole lives over time, with values; sets: codes that occur together',
      oneOf('lives', 'sets'),
      'lives',
    )
    .option('--years <number>', 'lives: most years of each life that are recorded, up to its end (default: 10)', above0)
    .option('--format <format>', 'format of FHIR: bundles or ndjson', oneOf('bundles', 'ndjson'), 'ndjson')
    .option(
      '--omop [format]',
      'OMOP CDM 5.4 instead of FHIR: csv, parquet or duckdb (default: parquet)',
      oneOf('csv', 'parquet', 'duckdb'),
    )
    .option('--meds', 'MEDS 0.4 (Medical Event Data Standard) instead of FHIR', false)
    .option('--gzip', 'compress the FHIR files', false)
    .option('--force', 'replace the folder', false)
    .action(run);
}

async function run({ omop, ...options }: Options): Promise<void> {
  const { out, patients, standard, written } = await simulate(
    { ...options, omop: omop === true ? 'parquet' : omop },
    showing(),
  );
  const total = [...written.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${text(patients)} simulated patients, ${text(total)} ${WHAT[standard]} → ${out}`);
}
