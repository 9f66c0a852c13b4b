import type { Command } from 'commander';

/**
 * The commands, in the order in which they are used. Each is loaded when it is asked for: the libraries of all of them take a second.
 */
export const COMMANDS: Readonly<Record<string, { about: string; isHidden?: boolean; load: () => Promise<Command> }>> = {
  demo: {
    about: 'run all steps on simulated patients, in about two minutes',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  init: {
    about: 'look at a source of records, and write a study for it: all steps and their options in one file',
    load: async () => (await import('./commands/init.ts')).initCommand(),
  },
  run: {
    about: 'run all steps of a study, from reading to the package; finished steps are skipped if nothing has changed',
    load: async () => (await import('./commands/run.ts')).runCommand(),
  },
  simulate: {
    about:
      'simulate source patients of a known distribution, as FHIR, OMOP or MEDS, to try things out and to measure against',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  },
  ingest: {
    about: 'read patient records into a cohort',
    load: async () => (await import('./commands/ingest.ts')).ingestCommand(),
  },
  train: {
    about: 'train a generative model on a cohort',
    load: async () => (await import('./commands/train.ts')).trainCommand(),
  },
  site: {
    about: "take part in training at several sites: train on this site's patients, who stay here; Ctrl-C stops it",
    load: async () => (await import('./commands/site.ts')).siteCommand(),
  },
  generate: {
    about: 'draw synthetic patients from a model',
    load: async () => (await import('./commands/generate.ts')).generateCommand(),
  },
  merge: {
    about: 'merge the parts that `generate --shard` wrote into one folder',
    load: async () => (await import('./commands/merge.ts')).mergeCommand(),
  },
  export: {
    about: 'write synthetic patients as FHIR, OMOP, MEDS or CSV',
    load: async () => (await import('./commands/export.ts')).exportCommand(),
  },
  validate: {
    about: 'check FHIR or OMOP files against their standard',
    load: async () => (await import('./commands/validate.ts')).validateCommand(),
  },
  push: {
    about: 'send FHIR to a server, each resource exactly once even if the connection breaks',
    load: async () => (await import('./commands/push.ts')).pushCommand(),
  },
  sandbox: {
    about: 'run a FHIR R4 server on this machine to try exports with; Ctrl-C stops it',
    load: async () => (await import('./commands/sandbox.ts')).sandboxCommand(),
  },
  evaluate: {
    about:
      'compare synthetic patients with held-out real ones, and measure what they reveal about the training patients',
    load: async () => (await import('./commands/evaluate.ts')).evaluateCommand(),
  },
  compare: {
    about: 'train several models on a cohort and compare their output: fidelity, utility, privacy, time',
    load: async () => (await import('./commands/compare.ts')).compareCommand(),
  },
  release: {
    about: 'package synthetic patients for sharing, once every gate of a policy passes',
    load: async () => (await import('./commands/release.ts')).releaseCommand(),
  },
  vocab: {
    about: 'show, check and import code dictionaries',
    load: async () => (await import('./commands/vocab.ts')).vocabCommand(),
  },
  engine: {
    about: 'list the engines that train and sample, and add faster ones',
    load: async () => (await import('./commands/engine.ts')).engineCommand(),
  },
  bundle: {
    about:
      'make one archive with Node and all modules, for machines that have neither: Spark executors, clusters, closed networks',
    load: async () => (await import('./commands/bundle.ts')).bundleCommand(),
  },
  completion: {
    about: 'print a script that lets bash, zsh or fish complete commands and options',
    load: async () => (await import('./commands/completion.ts')).completionCommand(),
  },
  task: {
    about: "what a cluster's executors run",
    isHidden: true,
    load: async () => (await import('./commands/task.ts')).taskCommand(),
  },
  doctor: {
    about: 'show what this machine offers, and how to get more out of it',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
};
