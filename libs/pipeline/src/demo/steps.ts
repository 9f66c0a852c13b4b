import { join } from 'node:path';
import { z } from 'zod';
import { checkedOptions } from '../run/options.ts';

const DemoOptions = z.strictObject({
  /** Folder that the steps write into. */
  out: z.string().min(1).default('demo'),
  /** Source patients, and synthetic ones. */
  number: z.int().min(200).default(2500),
  /** Replaces what an earlier demo wrote there. */
  force: z.boolean().default(false),
});
export type DemoOptions = z.input<typeof DemoOptions>;

/** One step of the demo: what it does, and the command that a user would type after `ehrsynth`, word by word. */
export interface DemoStep {
  what: string;
  command: string[];
}

const KINDS = 'condition,drug,procedure,measurement,immunization,allergy';

/**
 * The main job from end to end on simulated patients, as commands: simulate → ingest → train → generate → export → validate → evaluate.
 * @throws InvalidOptionsError
 */
export function demoSteps(options: DemoOptions = {}): DemoStep[] {
  const { out, number, force } = checkedOptions('demoSteps', DemoOptions, options);
  const at = (name: string) => join(out, name);
  const patients = number.toLocaleString('en-US');
  const writing = (command: string, folder: string) => [
    ...command.split(' '),
    '-o',
    at(folder),
    ...(force ? ['--force'] : []),
  ];
  const ingest = writing(`ingest fhir SOURCE --kinds ${KINDS} --holdout 0.4`, 'cohort');
  const train = writing('train COHORT -m visits --epochs 6 --hidden 96', 'model');
  const generate = writing(`generate MODEL -n ${number} --seed 1`, 'synth');
  const export_ = writing('export fhir SYNTH', 'fhir');
  const evaluate = writing('evaluate COHORT SYNTH', 'report');
  const places = { SOURCE: at('source'), COHORT: at('cohort'), MODEL: at('model'), SYNTH: at('synth') };
  const filled = (words: string[]) => words.map((word) => places[word as keyof typeof places] ?? word);
  return [
    {
      what: `Simulate source records: the last year of ${patients} lives`,
      command: writing(`simulate --years 1 -n ${number} --seed 1`, 'source'),
    },
    {
      what: 'Read them like any FHIR export, with laboratory values and vital signs',
      command: filled(ingest),
    },
    { what: 'Train a model of whole records over time', command: filled(train) },
    { what: 'Draw as many synthetic patients', command: filled(generate) },
    { what: 'Write them as FHIR R4, one transaction Bundle per patient', command: filled(export_) },
    { what: 'Check what was written', command: ['validate', 'fhir', at('fhir')] },
    { what: 'Compare with patients that the model never saw', command: filled(evaluate) },
  ];
}
