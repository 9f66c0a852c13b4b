import { Command } from 'commander';
import { exportCsv, type ExportCsvOptions, exportFhir } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { CSV_RAW } from '../csv-raw.ts';
import { oneOf } from '../options.ts';
import { showing } from '../showing.ts';
import { table, text } from '../table.ts';
import { exportMedsCommand } from './export-meds.ts';
import { exportOmopCommand } from './export-omop.ts';

interface Options {
  out: string;
  format: 'bundles' | 'ndjson';
  gzip: boolean;
  full: boolean;
  notesModel?: string;
  force: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .addCommand(
      new Command('fhir')
        .description('FHIR R4: a transaction Bundle per patient, or NDJSON by resource type')
        .argument('<synth>', 'folder that `ehrsynth generate` wrote')
        .requiredOption('-o, --out <folder>', 'where to write')
        .option('--format <format>', 'bundles or ndjson', oneOf('bundles', 'ndjson'), 'bundles')
        .option('--gzip', 'compress the files', false)
        .option(
          '--full',
          'with names, addresses, clinicians, places, coverage, laboratory reports, clinical notes, care plans and provenance, all made up',
          false,
        )
        .option(
          '--notes-model <file>',
          'a language model on this machine (GGUF; needs node-llama-cpp) that rewords the notes of --full: each sentence is checked against the record',
        )
        .option('--force', 'replace the folder', false)
        .action(writeFhir),
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
        .action(writeCsv),
    );
}

async function writeFhir(synth: string, options: Options): Promise<void> {
  const { out, resources, rewordings } = await exportFhir(synth, options, showing());
  console.log(`FHIR R4 → ${out}\n${table(['resource', 'written'], [...resources])}`);
  if (!rewordings) return;
  const { sentences, reworded, unchanged, refused } = rewordings;
  const parts = [...refused].map(([fault, count]) => `${text(count)} ${fault}`);
  console.log(
    `Notes: the language model reworded ${text(reworded)} of ${text(sentences)} sentences, and left ${text(unchanged)} unchanged. ` +
      `Kept in the grammar's words, because its answer was refused: ${parts.join(', ') || 'none'}.`,
  );
}

async function writeCsv(synth: string, options: ExportCsvOptions): Promise<void> {
  const { out, patients } = await exportCsv(synth, options, showing());
  console.log(`${text(patients)} patients → ${out}: patients.csv, encounters.csv, events.csv`);
}
