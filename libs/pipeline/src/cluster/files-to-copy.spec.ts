import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ingest } from '../cohort/ingest.ts';
import { readRecords } from '../cohort/records-file.ts';
import { generate } from '../generation/generate.ts';
import { merge } from '../generation/merge.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';

const fileOf = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const example = (name: string) => fileOf(`examples/clusters/${name}`);
const NUMBER = 50;

const at = ownFolder();
let settings: Record<string, string>;

/** A program of this name in a folder that PATH begins with. */
function program(folder: string, name: string, text: string): void {
  mkdirSync(at(folder), { recursive: true });
  writeFileSync(at(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(at(folder, name), 0o755);
}

function run(words: string[], more: Record<string, string>) {
  const env = { ...process.env, PATH: `${at('bin')}${delimiter}${process.env.PATH}`, ...settings, ...more };
  const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), { env, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

async function lines(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const record of readRecords(at(folder, 'records.ndjson.gz'))) found.push(JSON.stringify(record));
  return found;
}

describe.skipIf(process.platform === 'win32')('files to copy for', () => {
  beforeAll(async () => {
    program('bin', 'ehrsynth', `exec "${process.execPath}" "${fileOf('apps/cli/bin/ehrsynth.js')}" "$@"`);
    await ingest(simulated(120), { out: at('cohort'), minPatients: 4 });
    await train(at('cohort'), { model: 'marginals', out: at('model'), engine: 'wasm' });
    await generate(at('model'), { number: NUMBER, seed: 4, out: at('one'), engine: 'wasm', workers: 1 });
    settings = { MODEL: at('model'), NUMBER: String(NUMBER), SEED: '4', PARTS: '2', WORKERS: '1' };
  });

  it('Slurm draw the parts of one run, each once', async () => {
    const task = (id: string) =>
      run(['bash', example('slurm.sh')], { OUT: at('slurm'), SLURM_ARRAY_TASK_ID: id, SLURM_CPUS_PER_TASK: '1' });
    for (const id of ['2', '1']) expect(task(id)).toMatchObject({ status: 0 });
    const made = readFileSync(at('slurm', 'part-2', 'run.json'), 'utf8');
    // A task that Slurm begins again leaves what is there.
    expect(task('2')).toEqual({ status: 0, said: '' });
    expect(readFileSync(at('slurm', 'part-2', 'run.json'), 'utf8')).toBe(made);
    await merge([at('slurm', 'part-1'), at('slurm', 'part-2')], { out: at('slurm', 'all') });
    expect(await lines('slurm/all')).toEqual(await lines('one'));
    expect(task('3')).toMatchObject({ status: 2, said: expect.stringContaining('none of parts 1 to 2') });
    const [, array] = /^#SBATCH --array=1-(\d+)$/m.exec(readFileSync(example('slurm.sh'), 'utf8'))!;
    expect(readFileSync(example('slurm.sh'), 'utf8')).toContain(`PARTS=\${PARTS:-${array}}`);
  });

  it('Kubernetes draw the parts of one run, as many as there are pods', async () => {
    const { kind, spec } = parse(readFileSync(example('kubernetes.yaml'), 'utf8')) as Job;
    const [{ command, args, env }] = spec.template.spec.containers;
    expect([kind, spec.completionMode, command[0]]).toEqual(['Job', 'Indexed', 'sh']);
    expect(env.find(({ name }) => name === 'PARTS')!.value).toBe(String(spec.completions));
    // The test says what the file says otherwise, and nothing else.
    expect(env.map(({ name }) => name).sort()).toEqual([...Object.keys(settings), 'OUT'].sort());
    const pod = run([...command, ...args], { OUT: at('pods'), JOB_COMPLETION_INDEX: '1' });
    expect(pod).toMatchObject({ status: 0 });
    expect(await lines('pods/part-2')).toEqual((await lines('one')).slice(NUMBER / 2));
  });

  it('Spark Connect start a server that listens on this node alone, of a Spark that is new enough', () => {
    const home = (version: string) => {
      program(`${version}/bin`, 'spark-submit', `echo "   /_/ version ${version}" >&2`);
      program(`${version}/sbin`, 'start-connect-server.sh', 'echo "$@"');
      return { SPARK_HOME: at(version), PORT: '15011' };
    };
    const words = ['bash', example('spark-connect.sh'), '--conf', 'spark.executor.instances=3'];
    const { status, said } = run(words, home('4.1.2'));
    expect(status).toBe(0);
    expect(said).toContain('spark.connect.grpc.binding.address=127.0.0.1');
    expect(said).toMatch(/binding\.port=15011 --conf spark\.executor\.instances=3\n$/);
    expect(run(words, home('3.5.6'))).toMatchObject({ status: 2, said: expect.stringContaining('needs Spark 4') });
  });

  it('Databricks ask for a cluster that runs scripts: dedicated, with Spark 4', () => {
    const cluster = JSON.parse(readFileSync(example('databricks-cluster.json'), 'utf8')) as Record<string, string>;
    expect(cluster.data_security_mode).toBe('DATA_SECURITY_MODE_DEDICATED');
    expect(cluster.single_user_name).toBeTruthy();
    // Databricks Runtime 17 is the first with Spark 4.
    expect(parseInt(cluster.spark_version, 10)).toBeGreaterThanOrEqual(17);
  });
});

interface Job {
  kind: string;
  spec: {
    completionMode: string;
    completions: number;
    template: {
      spec: { containers: { command: string[]; args: string[]; env: { name: string; value: string }[] }[] };
    };
  };
}
