import { type Command, Option } from 'commander';

/** Where a command runs that does its work on a cluster. */
export interface ClusterOptions {
  on?: string;
  bundle?: string;
  executor?: string;
}

/** Adds them to a command. @param here options that go with one machine alone */
export function addClusterOptions(command: Command, here: string[] = []): Command {
  const on = new Option(
    '--on <sc://…>',
    'do the work on a cluster of Apache Spark: sc://host:15002/;use_ssl=true (token: SPARK_CONNECT_AUTHENTICATE_TOKEN)',
  );
  return addProgramOptions(command.addOption(on.conflicts(here)), '--on');
}

/** Adds those that say where executors have this program from. @param of what they go with */
export function addProgramOptions(command: Command, of: string): Command {
  return command
    .option(
      '--bundle <archive>',
      `of ${of}: what \`ehrsynth bundle\` wrote, here or on the cluster's storage (s3://…, abfss://…, hdfs://…), for its executors`,
    )
    .addOption(
      new Option(
        '--executor <command>',
        `of ${of}: what starts ehrsynth on each node, where it is installed there (default: ehrsynth)`,
      ).conflicts('bundle'),
    );
}
