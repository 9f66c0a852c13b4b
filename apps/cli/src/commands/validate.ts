import { Command } from 'commander';
import { type Finding, validateFhir } from '@ehrsynth/fhir';
import { LineWriter } from '@ehrsynth/io';
import { Vocabulary } from '@ehrsynth/vocab';
import { Progress } from '../progress.ts';
import { table, text } from '../table.ts';

interface Options {
  findings?: string;
  invariants: boolean;
}

const SHOWN = 10;

export function validateCommand(): Command {
  return new Command('validate')
    .description('check what others will read')
    .addCommand(
      new Command('fhir')
        .description('FHIR R4: structure, bindings, invariants, references, codes, dates, plausibility')
        .argument('<path>', 'file or folder of .json and .ndjson')
        .option('--findings <file>', 'write every finding to this file, one JSON a line')
        .option('--no-invariants', 'leave the invariants (FHIRPath) out; several times faster')
        .action(validate),
    );
}

async function validate(path: string, options: Options): Promise<void> {
  const progress = new Progress('Validating', 'resources');
  const shown: Finding[] = [];
  const all = options.findings ? new LineWriter(options.findings) : undefined;
  const writes: Promise<void>[] = [];
  const { resources, counts, byRule } = await validateFhir(path, {
    vocabulary: new Vocabulary(),
    invariants: options.invariants,
    onProgress: (checked) => progress.update(checked),
    onFinding: (finding) => {
      if (finding.severity === 'error' && shown.length < SHOWN) shown.push(finding);
      if (all) writes.push(all.write(JSON.stringify(finding)));
    },
  });
  progress.stop();
  await Promise.all(writes);
  await all?.close();
  console.log(
    table(
      ['resource', 'checked'],
      [...resources].sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  if (byRule.size > 0)
    console.log(
      table(
        ['finding', 'count'],
        [...byRule].sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    );
  for (const { where, resource, path: element, message } of shown) {
    console.log(`  ${where}\n    ${resource} ${element}: ${message}`);
  }
  if (counts.error > shown.length) console.log(`  … ${text(counts.error - shown.length)} more errors`);
  console.log(`${text(counts.error)} errors, ${text(counts.warning)} warnings in ${path}`);
  if (counts.error > 0) process.exitCode = 1;
}
