import { type Command, Option } from 'commander';
import { flagOf } from '@ehrsynth/models';
import { IncompleteOptionsError } from '@ehrsynth/pipeline';

/** Where the executors of a cluster have this program from. */
export interface ProgramOptions {
  bundle?: string;
  executor?: string;
}
/** Where a command runs that does its work on a cluster. */
export interface ClusterOptions extends ProgramOptions {
  on?: string;
}

/** Adds them to a command. @param here options that go with one machine alone */
export function addClusterOptions(command: Command, here: string[] = []): Command {
  const on = new Option(
    '--on <sc://…>',
    'work on an Apache Spark cluster: sc://host:15002/;use_ssl=true (token: SPARK_CONNECT_AUTHENTICATE_TOKEN)',
  );
  return addProgramOptions(command.addOption(on.conflicts(here)), '--on');
}

/** @param given options that say how something is done on a cluster @throws IncompleteOptionsError where one is given without --on */
export function refuseWithoutOn(on: string | undefined, given: Record<string, unknown>): void {
  if (on !== undefined || Object.values(given).every((value) => value === undefined)) return;
  const flags = Object.keys(given).map(flagOf);
  const last = flags.pop();
  throw new IncompleteOptionsError(`${flags.join(', ')} and ${last} only apply with --on`);
}

/** Adds those that say where executors have this program from. @param of what they go with */
export function addProgramOptions(command: Command, of: string): Command {
  return command
    .option(
      '--bundle <archive>',
      `with ${of}: what \`ehrsynth bundle\` wrote, here or on the cluster's storage (s3://…, abfss://…, hdfs://…), for its executors`,
    )
    .addOption(
      new Option(
        '--executor <command>',
        `with ${of}: command that starts ehrsynth on each node, if it is installed there (default: ehrsynth)`,
      ).conflicts('bundle'),
    );
}
