import { Command } from 'commander';
import { ingestFhirCommand } from './ingest-fhir.ts';
import { ingestMedsCommand } from './ingest-meds.ts';
import { ingestOmopCommand } from './ingest-omop.ts';

export function ingestCommand(): Command {
  return new Command('ingest')
    .addCommand(ingestFhirCommand())
    .addCommand(ingestOmopCommand())
    .addCommand(ingestMedsCommand());
}
