import { join } from 'node:path';
import { Command } from 'commander';
import { writeFhir } from '@ehrsynth/fhir';
import { Vocabulary } from '@ehrsynth/vocab';
import { console } from '../console.ts';
import { CSV_RAW, writeCsv } from '../csv-export.ts';
import { oneOf } from '../options.ts';
import { Progress } from '../progress.ts';
import { readRecords } from '../records-file.ts';
import { filesOf, intoRunFolder, readRun } from '../run-folder.ts';
import { table, text } from '../table.ts';
import { exportMedsCommand } from './export-meds.ts';
import { exportOmopCommand } from './export-omop.ts';

interface Options {
  out: string;
  format: 'bundles' | 'ndjson';
  gzip: boolean;
  force: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write synthetic patients in a format that others read')
    .addCommand(
      new Command('fhir')
        .description('FHIR R4: a transaction Bundle a patient, or NDJSON by resource type')
        .argument('<synth>', 'folder that `ehrsynth generate` wrote')
        .requiredOption('-o, --out <folder>', 'where to write')
        .option('--format <format>', 'bundles or ndjson', oneOf('bundles', 'ndjson'), 'bundles')
        .option('--gzip', 'compress the files', false)
        .option('--force', 'replace the folder', false)
        .action(exportFhir),
    )
    .addCommand(exportOmopCommand())
    .addCommand(exportMedsCommand())
    .addCommand(
      new Command('csv')
        .description('patients.csv, encounters.csv and events.csv')
        .argument('<synth>', 'folder that `ehrsynth generate` wrote')
        .requiredOption('-o, --out <folder>', 'where to write')
        .option('--csv-raw', CSV_RAW, false)
        .option('--force', 'replace the folder', false)
        .action(exportCsv),
    );
}

async function exportFhir(synth: string, options: Options): Promise<void> {
  const { counts } = await readRun(synth, 'generate');
  const { out, force, format, gzip } = options;
  let written = new Map<string, number>();
  const run = { command: 'export fhir', out, force, options: { ...options }, links: { synth }, inputs: () => filesOf(synth, 'synth') }; // prettier-ignore
  await intoRunFolder(run, async (folder) => {
    const progress = new Progress('Writing', 'patients', Number(counts.patients));
    const onProgress = (patients: number) => progress.update(patients);
    const records = readRecords(join(synth, 'records.ndjson.gz'));
    written = await writeFhir(records, folder, new Vocabulary(), { format, gzip, onProgress });
    progress.stop();
    return { resources: Object.fromEntries(written) };
  });
  console.log(`FHIR R4 → ${out}\n${table(['resource', 'written'], [...written])}`);
}

async function exportCsv(
  synth: string,
  { out, force, csvRaw: raw }: Options & { csvRaw: boolean },
): Promise<void> {
  const { counts } = await readRun(synth, 'generate');
  await intoRunFolder(
    {
      command: 'export csv',
      out,
      force,
      options: { csvRaw: raw },
      links: { synth },
      inputs: () => filesOf(synth, 'synth'),
    },
    async (folder) => {
      const tables = await writeCsv(join(synth, 'records.ndjson.gz'), folder, { raw });
      return { tables, patients: counts.patients };
    },
  );
  console.log(`${text(Number(counts.patients))} patients → ${out}: patients.csv, encounters.csv, events.csv`);
}
