import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureSlowness, runCli } from './cli.ts';
import { writeSmallAthena } from './small-athena.ts';

/** The folders that commands read, by name: source, omop, cohort, model, synth … Made once, undisturbed. */
export interface World {
  folder: string;
  /** Copies of these into a run's folder; they name one another by relative paths, which stay right. */
  copyInto(folder: string, names: readonly string[]): void;
}

const LARGE = '--hidden 16 --epochs 20 --engine cpu';
const TINY = '--epochs 4 --hidden 16 --engine cpu';

const MADE_BY = [
  'simulate --world sets -n 150 -o source',
  'simulate --world sets -n 12 --seed 4 -o few',
  'simulate --world sets -n 60 --seed 5 -o served',
  'simulate --world sets -n 150 --omop csv -o omop',
  'simulate --world sets -n 100 --omop duckdb -o omop-duckdb',
  'simulate --world sets -n 100 --omop parquet -o parquet',
  'ingest fhir source --min-patients 3 -o cohort',
  `train cohort -m autoregressive ${TINY} -o model`,
  'generate model -n 100 --engine cpu -o synth',
  'generate model -n 100 --shard 1/2 --engine cpu -o part1',
  'generate model -n 100 --shard 2/2 --engine cpu -o part2',
  'export fhir synth -o fhir',
  'simulate --world sets -n 450 --seed 3 -o large-source',
  'ingest fhir large-source -o large-cohort',
  `train large-cohort -m autoregressive ${LARGE} -o large-model`,
  'generate large-model -n 100 --engine cpu -o large-synth',
  'release build large-synth --policy policy.yaml --format csv -o release',
];

/** @throws Error where a command fails undisturbed: then there is nothing to disturb */
export async function makeWorld(folder: string, needs: ReadonlySet<string>): Promise<World> {
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  writeFileSync(join(folder, 'policy.yaml'), LENIENT);
  writeFileSync(join(folder, 'LICENSE'), 'You may share this.\n');
  writeSmallAthena(join(folder, 'athena'));
  const place = { folder, temporary: join(folder, 'tmp') };
  const slowness = await measureSlowness(place);
  if (slowness > 1.5)
    process.stderr.write(`This machine is slow or busy: time limits are ${slowness.toFixed(1)} times as long\n`);
  for (const line of neededOf(needs)) {
    // A work folder of one's own keeps its world from call to call.
    if (existsSync(join(folder, line.split(' ').at(-1)!))) continue;
    const { code, output } = await runCli(line.split(' '), place, { seconds: 300 });
    if (code !== 0) throw new Error(`Failed although undisturbed: ehrsynth ${line}\n${output}`);
  }
  return {
    folder,
    copyInto: (target, names) =>
      names.forEach((name) =>
        cpSync(join(folder, name), join(target, name), { recursive: true, preserveTimestamps: true }),
      ),
  };
}

/** The lines whose outputs are needed, and those that these need. */
function neededOf(needs: ReadonlySet<string>): string[] {
  const wanted = new Set(needs);
  return MADE_BY.toReversed()
    .filter((line) => {
      const words = line.split(' ');
      if (!wanted.has(words.at(-1)!)) return false;
      words.forEach((word) => wanted.add(word));
      return true;
    })
    .reverse();
}

/** A policy that a small cohort and a simple model are held to. */
const LENIENT = `gates:
  membership-sets: 0.7
  membership-counts: 0.7
  membership-density: 0.75
  exact-copies: 0.2
  near-copies: 0.2
  real-patients: 0.3
  closer-to-training: 0.5
  privacy-loss: 0.5
  attribute-inference: 0.6
  singling-out: 0.4
  linkability: 0.9
  inference: 0.6
  identity-disclosure: 0.5
  history-membership: 0.7
  history-membership-density: 0.75
  sequence-copies: 0.2
  partial-sequence-copies: 0.2
  near-sequence-copies: 0.2
  histories-closer-to-training: 0.5
  outcome-prediction: 0.9
  dimension-wise-prediction: 0.9
  prevalence-shortfall: 1.9
  record-length: 0.9
  coverage: 0.9
  discriminator: 0.999
accept:
  too-few-to-tell: [membership-sets, membership-counts, membership-density, closer-to-training, privacy-loss, attribute-inference, singling-out, linkability, inference, identity-disclosure, history-membership, history-membership-density, sequence-copies, partial-sequence-copies, near-sequence-copies, histories-closer-to-training]
license: { name: CC0-1.0, file: LICENSE }
datasheet: { purpose: To test. }
`;
