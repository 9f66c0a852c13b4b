import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPatientRecords, SystemAliases, validateFhir } from '@ehrsynth/fhir';
import { type Mutation, mutations } from '@ehrsynth/fhir/testing';
import { Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { type Crash, crashOf, type FuzzPart, type Outcome } from './part.ts';

/** Few enough that a step that hangs says where. */
const STEP = 100;
/** Loaded once: it is large. */
const vocabulary = new Vocabulary();

type Read = (file: string, lines: number) => Promise<Outcome[]>;

const read: Read = async (file) => {
  const tally = new Tally();
  const options = { aliases: new SystemAliases(), vocabulary, kinds: KINDS };
  try {
    for await (const record of readPatientRecords(file, options, tally)) void record.events.length;
  } catch (error) {
    // That nothing of it is a patient's is a thing to say.
    if (crashOf(error) !== undefined) throw error;
  }
  const skipped = [...tally.skipped.values()].flatMap((reasons) => [...reasons.values()]);
  return [
    { what: 'used', times: sum([...tally.used.values()]) },
    { what: 'left out, with the reason', times: sum(skipped) },
  ];
};
const KINDS = ['condition', 'drug', 'procedure', 'measurement'] as (
  'condition' | 'drug' | 'procedure' | 'measurement'
)[];

const validate: Read = async (file, lines) => {
  const places = new Set<string>();
  const onFinding = ({ where }: { where: string }) => places.add(where);
  await validateFhir(file, { vocabulary, bestPractice: true, onFinding });
  const found = Math.min(places.size, lines);
  return [
    { what: 'with findings', times: found },
    { what: 'without', times: lines - found },
  ];
};

/** Mutated resources through the reader, and the same through the validator. */
export const RESOURCES: FuzzPart[] = [part('resources, read', read), part('resources, validated', validate)];

function part(name: string, work: Read): FuzzPart {
  return {
    name,
    size: STEP,
    open: async (folder, seed) => {
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'mutated.ndjson');
      const of = (some: readonly Mutation[]) => {
        writeFileSync(file, some.map(({ text }) => `${text.replaceAll('\n', ' ')}\n`).join(''));
        return work(file, some.length);
      };
      return (step) => byHalves([...mutations(`${seed}/${step}`, STEP)], of);
    },
  };
}

/** Which of them it was: by halves, so that a few bad ones among many cost little. */
async function byHalves(
  batch: readonly Mutation[],
  of: (some: readonly Mutation[]) => Promise<Outcome[]>,
): Promise<{ outcomes: Outcome[]; crashes: Crash[] }> {
  try {
    return { outcomes: await of(batch), crashes: [] };
  } catch (error) {
    if (batch.length === 1) {
      const crash = crashOf(error);
      if (crash === undefined) return { outcomes: [{ what: 'refused in words', times: 1 }], crashes: [] };
      return { outcomes: [], crashes: [{ mutation: batch[0].what, error: crash }] };
    }
    const middle = batch.length >> 1;
    const first = await byHalves(batch.slice(0, middle), of);
    const second = await byHalves(batch.slice(middle), of);
    return {
      outcomes: [...first.outcomes, ...second.outcomes],
      crashes: [...first.crashes, ...second.crashes],
    };
  }
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
