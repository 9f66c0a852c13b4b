import { Command } from 'commander';
import { writeFhir } from '@ehrsynth/fhir';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { oneOf, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { intoRunFolder } from '../run-folder.ts';
import { text } from '../table.ts';

interface Options {
  patients: number;
  out: string;
  seed: number;
  format: 'bundles' | 'ndjson';
  gzip: boolean;
  force: boolean;
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('make source records of a known distribution, as FHIR, for trying and measuring')
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('-n, --patients <number>', 'how many', wholeNumber(1), 2000)
    .option('--seed <number>', 'the same seed gives the same patients', wholeNumber(0), 1)
    .option('--format <format>', 'bundles or ndjson', oneOf('bundles', 'ndjson'), 'ndjson')
    .option('--gzip', 'compress the files', false)
    .option('--force', 'replace the folder', false)
    .action(simulate);
}

async function simulate(options: Options): Promise<void> {
  const { out, force, patients, seed } = options;
  const vocabulary = new Vocabulary();
  let resources = new Map<string, number>();
  await intoRunFolder(
    { command: 'simulate', out, force, options: { ...options }, inputs: [] },
    async (folder) => {
      const progress = new Progress('Simulating', 'patients', patients);
      resources = await writeFhir(
        stream(simulatePatients({ patients, seed }, vocabulary)),
        folder,
        vocabulary,
        {
          format: options.format,
          gzip: options.gzip,
          onProgress: (count) => progress.update(count),
        },
      );
      progress.stop();
      return { patients, resources: Object.fromEntries(resources) };
    },
  );
  const total = [...resources.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${text(patients)} simulated patients, ${text(total)} FHIR resources → ${out}`);
}

async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
