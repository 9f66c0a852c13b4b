import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { compare, type Comparison } from '@ehrsynth/evaluation';
import { openRows } from '@ehrsynth/matrix';
import { Autoregressive, AutoregressiveOptions } from '@ehrsynth/models';
import { generate } from '@ehrsynth/pipeline';
import { audit, nearest } from '@ehrsynth/privacy';
import { auc } from '@ehrsynth/statistics';
import { median } from './median.ts';
import { evaluatedRows, grownRows } from './rows.ts';
import type { Figures } from './same-figures.ts';

/** Work that is measured in a process of its own, for its memory; it prints a line of JSON for each thing measured. */
export type WorkJob =
  | { work: 'evaluate'; rows: number; repeats: number }
  | { work: 'train'; folder: string }
  | { work: 'generate'; model: string; out: string; rows: number }
  | { work: 'compare' | 'audit'; rows: number };

/** Which steps of `compare` a work is made of. */
const STEPS: Record<string, string[]> = {
  'counts and pairs': ['prevalence', 'length', 'counts', 'pairs', 'abundance'],
  clusters: ['clusters'],
  distinguishing: ['discriminator'],
  prediction: ['prediction'],
  outcome: ['outcome'],
};

async function run(job: WorkJob): Promise<void> {
  switch (job.work) {
    case 'evaluate':
      return measureEvaluate(job.rows, job.repeats);
    case 'train':
      return measureEpoch(job.folder);
    case 'generate':
      return measureGenerate(job);
    default:
      return measureWhole(job.work, job.rows);
  }
}

async function measureEvaluate(rows: number, repeats: number): Promise<void> {
  const { training, holdout, synthetic } = evaluatedRows(rows);
  const took = new Map<string, number[]>();
  const add = (work: string, seconds: number) => took.set(work, [...(took.get(work) ?? []), seconds]);
  let found: Comparison | undefined;
  let near = { auc: 0, median: 0 };
  for (let repeat = 0; repeat < repeats; repeat++) {
    const steps: [string, number][] = [];
    found = await compare(training, holdout, synthetic, { onStep: (name) => steps.push([name, performance.now()]) });
    steps.push(['', performance.now()]);
    for (const [work, names] of Object.entries(STEPS)) {
      const own = steps.slice(0, -1).map(([name, from], i) => (names.includes(name) ? steps[i + 1][1] - from : 0));
      add(work, own.reduce((sum, one) => sum + one, 0) / 1000);
    }
    const started = performance.now();
    const [members, others] = [training, holdout].map((matrix) => nearest(matrix, synthetic).first);
    const area = auc(
      members.map((distance) => -distance),
      others.map((distance) => -distance),
    );
    near = { auc: area.value, median: middle(members) };
    add('nearest rows', (performance.now() - started) / 1000);
  }
  for (const [work, seconds] of took)
    report({ work, seconds: median(seconds), figures: work === 'nearest rows' ? near : figuresOf(work, found!) });
}

function figuresOf(work: string, found: Comparison): Figures {
  const { prevalence, recordLength, counts, pairs, conceptAbundance, clusters, discriminator, prediction, outcome } =
    found;
  const areas = prediction.codes.map(({ real }) => real.auc.value);
  const all: Record<string, Record<string, number | undefined>> = {
    'counts and pairs': {
      prevalenceR: prevalence.synthetic.r,
      prevalenceRmse: prevalence.synthetic.rmse,
      lengthKs: recordLength.synthetic.ks,
      abundance: conceptAbundance.synthetic,
      countMeanR: counts.synthetic.mean.r,
      countVarianceR: counts.synthetic.variance.r,
      phiDifference: pairs.synthetic.correlation?.meanAbsoluteDifference,
      phiR: pairs.synthetic.correlation?.r,
      liftPairs: pairs.synthetic.lift?.pairs,
      liftR: pairs.synthetic.lift?.r,
      liftRmse: pairs.synthetic.lift?.rmse,
    },
    clusters: { dimensions: clusters.synthetic.dimensions },
    distinguishing: {
      logistic: discriminator.synthetic.logisticRegression?.value,
      trees: discriminator.synthetic.boostedTrees?.value,
    },
    prediction: {
      codes: areas.length,
      meanAuc: areas.reduce((sum, area) => sum + area, 0) / areas.length,
      aucGap: prediction.synthetic.aucGap,
    },
    outcome: {
      column: Number(outcome?.outcome.code.slice(1)),
      realReal: outcome?.trainRealTestReal?.value,
      syntheticReal: outcome?.trainSyntheticTestReal?.value,
    },
  };
  return Object.fromEntries(Object.entries(all[work]).map(([name, value]) => [name, value ?? NaN]));
}

/** The first epoch of the default autoregressive model, with the passes over the rows that come before it. */
async function measureEpoch(folder: string): Promise<void> {
  await startEngine();
  const source = await openRows(folder);
  const model = new Autoregressive(source.columns, AutoregressiveOptions.parse({ batchSize: 100, epochs: 1 }));
  const stop = new AbortController();
  const started = performance.now();
  let seconds = NaN;
  await model.fit(source, {
    signal: stop.signal,
    onEvent: () => {
      if (Number.isNaN(seconds)) seconds = (performance.now() - started) / 1000;
      stop.abort();
    },
  });
  await source.close();
  report({ work: 'train', seconds });
}

async function measureGenerate({ model, out, rows }: { model: string; out: string; rows: number }): Promise<void> {
  const started = performance.now();
  await generate(model, { number: rows, out: join(out, String(rows)), seed: 1 });
  report({ work: 'generate', seconds: (performance.now() - started) / 1000 });
}

function measureWhole(work: 'compare' | 'audit', rows: number): void {
  const { training, holdout, synthetic } = grownRows(rows);
  const started = performance.now();
  if (work === 'compare') compare(training, holdout, synthetic);
  else audit(training, holdout, synthetic);
  report({ work, seconds: (performance.now() - started) / 1000 });
}

function middle(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function report(found: { work: string; seconds: number; figures?: Figures }): void {
  console.log(JSON.stringify({ ...found, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}

await run(JSON.parse(process.argv[2]) as WorkJob);
