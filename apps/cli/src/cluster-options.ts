import { type Command, Option } from 'commander';

/** Where a command runs that does its work on a cluster. */
export interface ClusterOptions {
  on?: string;
  bundle?: string;
  executor?: string;
}

/** Adds them to a command. @param here options that go with one machine alone */
export function addClusterOptions(command: Command, here: string[] = []): Command {
  return command
    .addOption(
      new Option(
        '--on <sc://…>',
        'do the work on a cluster of Apache Spark: sc://host:15002/;use_ssl=true (token: SPARK_CONNECT_AUTHENTICATE_TOKEN)',
      ).conflicts(here),
    )
    .option(
      '--bundle <archive>',
      "of --on: what `ehrsynth bundle` wrote, here or on the cluster's storage (s3://…, abfss://…, hdfs://…), for its executors",
    )
    .addOption(
      new Option(
        '--executor <command>',
        'of --on: what starts ehrsynth on each node, where it is installed there (default: ehrsynth)',
      ).conflicts('bundle'),
    );
}
