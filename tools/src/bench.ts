import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { surveyEngines } from '@ehrsynth/engine';
import { type AutoregressiveResult, benchAutoregressive } from './bench/autoregressive.ts';
import { benchReading, type ReadingResult } from './bench/reading.ts';
import { benchTraining, type EngineResult, floorGigaflops } from './bench/training.ts';

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '3' },
    /** Engines to measure, by name; all that are there where not given. */
    engine: { type: 'string', multiple: true },
    /** Leaves out ten times the rows. */
    quick: { type: 'boolean', default: false },
    /** Writes docs/benchmarks.json, and its tables into docs/benchmarks.md. */
    write: { type: 'boolean', default: false },
  },
});

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->'];
const folder = mkdtempSync(join(tmpdir(), 'ehrsynth-bench-'));
try {
  const repeats = Number(values.repeats);
  const present = (await surveyEngines()).filter(({ available }) => available).map(({ name }) => name);
  const engines = present.filter((name) => !values.engine || values.engine.includes(name));
  const training = await benchTraining(folder, { repeats, large: !values.quick, engines });
  // Plain JavaScript would take an hour.
  const autoregressive = await benchAutoregressive(
    folder,
    engines.filter((name) => name !== 'cpu'),
    repeats,
  );
  const fhir = join(folder, 'fhir');
  mkdirSync(fhir);
  const reading = await benchReading(fhir);
  const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB; Node ${process.version}; ${new Date().toISOString().slice(0, 10)}; medians of ${repeats}`;
  const parts = [`${machine}.`, trainingTable(training), autoregressiveTable(autoregressive), readingTable(reading)];
  const tables = parts.join('\n\n');
  console.log(tables);
  if (values.write) {
    const path = join(docs, 'benchmarks.md');
    const [before, rest] = readFileSync(path, 'utf8').split(BEGIN);
    writeFileSync(path, `${before}${BEGIN}\n\n${tables}\n\n${END}${rest.split(END)[1]}`);
    const floor = floorGigaflops();
    writeFileSync(
      join(docs, 'benchmarks.json'),
      `${JSON.stringify({ machine, training, floor, autoregressive, reading }, null, 1)}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

function trainingTable(results: EngineResult[]): string {
  const floor = floorGigaflops();
  const rows = results.map((result) => {
    const { name, detail, mode, rows, autoencoderSeconds, ganSeconds, sampledPerSecond, peakMb, tensors, gigaflops } =
      result;
    const reference = results.find((other) => other.name === 'PyTorch port' && other.mode === mode);
    const against = (seconds: number, theirs: number | undefined) =>
      `${seconds.toFixed(2)} s${theirs && result !== reference ? ` (${(seconds / theirs).toFixed(2)} ×)` : ''}`;
    const least =
      gigaflops && mode === 'binary'
        ? `${(floor.gan / gigaflops).toFixed(2)} s at ${Math.round(gigaflops)} GFLOP/s`
        : '';
    return [
      `${name}${detail ? ` (${detail})` : ''}`,
      `${mode}, ${rows.toLocaleString('en-US')} rows`,
      against(autoencoderSeconds, reference?.autoencoderSeconds),
      against(ganSeconds, reference?.ganSeconds),
      least,
      sampledPerSecond ? Math.round(sampledPerSecond).toLocaleString('en-US') : '',
      `${peakMb} MB`,
      tensors ?? '',
    ];
  });
  const head = [
    'engine',
    'cohort',
    'autoencoder epoch',
    'GAN epoch',
    "GAN's floor",
    'sampled a second',
    'peak memory',
    'tensors',
  ];
  return markdown(head, rows);
}

function autoregressiveTable(results: AutoregressiveResult[]): string {
  const port = results.find(({ name }) => name === 'PyTorch port');
  const rows = results.map((result) => {
    const { name, detail, seconds, peakMb } = result;
    const ratio = port && port !== result ? ` (${(seconds / port.seconds).toFixed(2)} ×)` : '';
    return [`${name} (${detail})`, `${seconds.toFixed(2)} s${ratio}`, `${peakMb} MB`];
  });
  const number = results[0]?.rows.toLocaleString('en-US') ?? '0';
  return markdown(['engine', `autoregressive model, epoch of ${number} rows`, 'peak memory'], rows);
}

function readingTable(results: ReadingResult[]): string {
  return markdown(
    ['', 'resources per second', 'against JSON.parse of the same'],
    results.map(({ what, resourcesPerSecond, timesParse }) => [
      what,
      Math.round(resourcesPerSecond).toLocaleString('en-US'),
      `${timesParse.toFixed(1)} ×`,
    ]),
  );
}

function markdown(head: string[], rows: (string | number)[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
