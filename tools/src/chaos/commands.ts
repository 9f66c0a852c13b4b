/** A command that writes, and how chaos runs it. */
export interface ChaosCommand {
  name: string;
  /** Its command line. Inputs are named from the run's folder; $OUT is the output, $URL a server. */
  args: string;
  /** Inputs, by their names in the world. */
  needs: string[];
  /** The command that wrote the output which --force is to replace; without it the command has no --force. */
  earlier?: string;
  /** What stands where the output goes when the command was stopped, and --resume goes on from. */
  resumes?: '.out.checkpoint' | 'out.fetched' | 'out';
  /** read: one that has patients; fresh: one of its own, whose resources are what the command is to make. */
  server?: 'read' | 'fresh';
  /** The output is this file in the folder of dictionaries. */
  dictionary?: string;
  /** The output is a file, which may be replaced. */
  file?: boolean;
  /** What it writes is about patients: open to nobody else. */
  confidential?: boolean;
  /** It is run on disks of twenty sizes. The others write in the way of one that is. */
  diskSizes?: boolean;
}

const TINY = '--epochs 4 --hidden 16 --engine cpu --checkpoint-every 0.001';
const GAN =
  '-m medgan --epochs 2 --pretrain-epochs 2 --embedding 8 --batch-size 50 --engine cpu --checkpoint-every 0.001';
const INGEST = '--min-patients 3 -o $OUT';
const RELEASE = '--policy policy.yaml --format csv -o $OUT';

/** Every command that writes; those that write in several ways, in each of them. */
export const COMMANDS: ChaosCommand[] = [
  {
    name: 'simulate',
    args: 'simulate --world sets -n 150 -o $OUT',
    needs: [],
    earlier: 'simulate --world sets -n 20 --seed 2 -o $OUT',
    diskSizes: true,
  },
  {
    name: 'simulate bundles',
    args: 'simulate --world sets -n 100 --format bundles --gzip -o $OUT',
    needs: [],
    earlier: 'simulate --world sets -n 20 -o $OUT',
  },
  {
    name: 'simulate omop csv',
    args: 'simulate --world sets -n 150 --omop csv -o $OUT',
    needs: [],
    earlier: 'simulate --world sets -n 20 -o $OUT',
    diskSizes: true,
  },
  {
    name: 'simulate omop duckdb',
    args: 'simulate --world sets -n 100 --omop duckdb -o $OUT',
    needs: [],
    earlier: 'simulate --world sets -n 20 -o $OUT',
  },
  {
    name: 'ingest fhir',
    args: `ingest fhir source ${INGEST}`,
    needs: ['source'],
    earlier: `ingest fhir source --seed 2 ${INGEST}`,
    confidential: true,
    diskSizes: true,
  },
  {
    name: 'ingest omop csv',
    args: `ingest omop omop ${INGEST}`,
    needs: ['omop'],
    earlier: `ingest omop omop --seed 2 ${INGEST}`,
    confidential: true,
    diskSizes: true,
  },
  {
    name: 'ingest omop duckdb',
    args: `ingest omop omop-duckdb/omop.duckdb ${INGEST}`,
    needs: ['omop-duckdb'],
    earlier: `ingest omop omop-duckdb/omop.duckdb --seed 2 ${INGEST}`,
    confidential: true,
  },
  {
    name: 'train',
    args: `train cohort -m autoregressive ${TINY} -o $OUT`,
    needs: ['cohort'],
    earlier: 'train cohort -m marginals -o $OUT',
    resumes: '.out.checkpoint',
    confidential: true,
    diskSizes: true,
  },
  {
    name: 'train medgan',
    args: `train cohort ${GAN} -o $OUT`,
    needs: ['cohort'],
    earlier: 'train cohort -m marginals -o $OUT',
    resumes: '.out.checkpoint',
    confidential: true,
  },
  {
    name: 'train vae',
    args: `train cohort -m vae ${TINY} -o $OUT`,
    needs: ['cohort'],
    earlier: 'train cohort -m marginals -o $OUT',
    resumes: '.out.checkpoint',
    confidential: true,
  },
  {
    name: 'train chow-liu',
    args: 'train cohort -m chow-liu -o $OUT',
    needs: ['cohort'],
    earlier: 'train cohort -m marginals -o $OUT',
    confidential: true,
  },
  {
    name: 'generate',
    args: 'generate model -n 150 --engine cpu -o $OUT',
    needs: ['model'],
    earlier: 'generate model -n 20 --seed 2 --engine cpu -o $OUT',
    diskSizes: true,
  },
  {
    name: 'generate shapes',
    args: 'generate model -n 60 --where sex=female --set-prevalence I10=0.4 --engine cpu -o $OUT',
    needs: ['model'],
    earlier: 'generate model -n 20 --engine cpu -o $OUT',
  },
  {
    name: 'generate shard',
    args: 'generate model -n 150 --shard 1/2 --engine cpu -o $OUT',
    needs: ['model'],
    earlier: 'generate model -n 20 --engine cpu -o $OUT',
  },
  {
    name: 'merge',
    args: 'merge part1 part2 -o $OUT',
    needs: ['part1', 'part2'],
    earlier: 'merge part1 part2 -o $OUT',
    diskSizes: true,
  },
  {
    name: 'export fhir',
    args: 'export fhir synth -o $OUT',
    needs: ['synth'],
    earlier: 'export csv synth -o $OUT',
    diskSizes: true,
  },
  {
    name: 'export fhir ndjson',
    args: 'export fhir synth --format ndjson --gzip -o $OUT',
    needs: ['synth'],
    earlier: 'export csv synth -o $OUT',
  },
  {
    name: 'export omop csv',
    args: 'export omop synth -o $OUT',
    needs: ['synth'],
    earlier: 'export csv synth -o $OUT',
  },
  {
    name: 'export omop parquet',
    args: 'export omop synth --format parquet -o $OUT',
    needs: ['synth'],
    earlier: 'export csv synth -o $OUT',
    diskSizes: true,
  },
  {
    name: 'export omop duckdb',
    args: 'export omop synth --format duckdb -o $OUT',
    needs: ['synth'],
    earlier: 'export csv synth -o $OUT',
    diskSizes: true,
  },
  {
    name: 'export csv',
    args: 'export csv synth -o $OUT',
    needs: ['synth'],
    earlier: 'export omop synth -o $OUT',
    diskSizes: true,
  },
  { name: 'validate fhir', args: 'validate fhir fhir --findings $OUT', needs: ['fhir'], file: true },
  {
    name: 'evaluate',
    args: 'evaluate cohort synth -o $OUT',
    needs: ['cohort', 'model', 'synth'],
    earlier: 'export csv synth -o $OUT',
    diskSizes: true,
  },
  {
    name: 'compare',
    args: 'compare cohort -m marginals,chow-liu -o $OUT',
    needs: ['cohort'],
    earlier: 'compare cohort -m marginals -o $OUT',
    resumes: '.out.checkpoint',
    diskSizes: true,
  },
  {
    name: 'release',
    args: `release build large-synth ${RELEASE}`,
    needs: ['large-cohort', 'large-model', 'large-synth', 'policy.yaml', 'LICENSE'],
    earlier: 'export csv large-synth -o $OUT',
    diskSizes: true,
  },
  {
    name: 'vocab import',
    args: 'vocab import athena athena',
    needs: ['athena'],
    dictionary: 'athena.duckdb',
    diskSizes: true,
  },
  {
    name: 'ingest from a server by export',
    args: `ingest fhir $URL --read bulk --attempts 4 ${INGEST}`,
    needs: [],
    server: 'read',
    resumes: 'out.fetched',
    confidential: true,
    diskSizes: true,
  },
  {
    name: 'ingest from a server by search',
    args: `ingest fhir $URL --read search --page-size 100 --attempts 4 ${INGEST}`,
    needs: [],
    server: 'read',
    resumes: 'out.fetched',
    confidential: true,
  },
  {
    name: 'push',
    args: 'push few --server $URL --size 20 --attempts 4 -o $OUT',
    needs: ['few'],
    server: 'fresh',
    resumes: 'out',
    confidential: true,
    diskSizes: true,
  },
];

/** The words of a command line, with what stands for the output and the server put in. */
export function wordsOf(args: string, out: string, url = ''): string[] {
  return args.split(' ').map((word) => word.replace('$OUT', out).replace('$URL', url));
}
