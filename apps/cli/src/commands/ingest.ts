import { Command } from 'commander';
import { ingestFhirCommand } from './ingest-fhir.ts';
import { ingestFrameCommands } from './ingest-frame.ts';
import { ingestMedsCommand } from './ingest-meds.ts';
import { ingestOmopCommand } from './ingest-omop.ts';

export function ingestCommand(): Command {
  const command = new Command('ingest')
    .addCommand(ingestFhirCommand())
    .addCommand(ingestOmopCommand())
    .addCommand(ingestMedsCommand());
  for (const one of ingestFrameCommands()) command.addCommand(one);
  return command;
}
