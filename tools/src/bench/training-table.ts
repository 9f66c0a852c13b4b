import { markdownTable } from '../markdown.ts';
import { type EngineResult, floorGigaflops, PORT } from './training.ts';

/** MedGAN's epochs by engine, each beside the port's and beside what its dense products alone would take. */
export function trainingTable(results: readonly EngineResult[]): string {
  const floor = floorGigaflops();
  const rows = results.map((result) => {
    const { name, detail, mode, rows, autoencoderSeconds, ganSeconds, sampledPerSecond, peakMb, tensors, gigaflops } =
      result;
    const reference = results.find((other) => other.name === PORT && other.mode === mode);
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
    'sampled per second',
    'peak memory',
    'tensors',
  ];
  return markdownTable(head, rows);
}
