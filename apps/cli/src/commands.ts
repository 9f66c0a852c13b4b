import type { Command } from 'commander';

/**
 * The commands, in the order in which they are used. Each is loaded when it is asked for: the libraries of all of them take a second.
 */
export const COMMANDS: Readonly<Record<string, { about: string; load: () => Promise<Command> }>> = {
  simulate: {
    about: 'make source records of a known distribution, as FHIR, OMOP or MEDS, for trying and measuring',
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
    about: "take part in a training of several sites: learn on this site's patients, who stay here; Ctrl-C ends it",
    load: async () => (await import('./commands/site.ts')).siteCommand(),
  },
  generate: {
    about: 'draw synthetic patients from a model',
    load: async () => (await import('./commands/generate.ts')).generateCommand(),
  },
  merge: {
    about: 'put the parts that `generate --shard` wrote into one folder',
    load: async () => (await import('./commands/merge.ts')).mergeCommand(),
  },
  export: {
    about: 'write synthetic patients in a format that others read',
    load: async () => (await import('./commands/export.ts')).exportCommand(),
  },
  validate: {
    about: 'check what others will read',
    load: async () => (await import('./commands/validate.ts')).validateCommand(),
  },
  push: {
    about: 'send FHIR to a server: each resource once, whatever happens on the way',
    load: async () => (await import('./commands/push.ts')).pushCommand(),
  },
  sandbox: {
    about: 'run a FHIR R4 server on this machine for trying exports; Ctrl-C ends it',
    load: async () => (await import('./commands/sandbox.ts')).sandboxCommand(),
  },
  evaluate: {
    about: 'how synthetic patients compare with held-out real ones, and what they reveal about the training patients',
    load: async () => (await import('./commands/evaluate.ts')).evaluateCommand(),
  },
  compare: {
    about: 'train several models on a cohort and compare what they draw: fidelity, utility, privacy, time',
    load: async () => (await import('./commands/compare.ts')).compareCommand(),
  },
  release: {
    about: 'a package of synthetic patients that may be given away, when every gate of a policy passes',
    load: async () => (await import('./commands/release.ts')).releaseCommand(),
  },
  vocab: {
    about: 'the code dictionaries',
    load: async () => (await import('./commands/vocab.ts')).vocabCommand(),
  },
  engine: {
    about: 'the engines that train and draw: which one is used, and how to get a faster one',
    load: async () => (await import('./commands/engine.ts')).engineCommand(),
  },
  doctor: {
    about: 'what this machine has, and what to do to get more',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
};
