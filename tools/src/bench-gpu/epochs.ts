import { openRows } from '@ehrsynth/matrix';
import { Autoregressive, AutoregressiveOptions, MedGan, MedGanOptions } from '@ehrsynth/models';

export type Work = 'autoencoder' | 'gan' | 'autoregressive';

/** What the last whole epoch of each kind took. */
export type Epochs = Partial<Record<Work, number>>;

/** Rows of a batch of MedGAN's GAN: the paper's. */
export const GAN_BATCH = 1000;
/** What the autoregressive model takes for cohorts of 20,000 rows and more. */
export const SENTENCES_BATCH = 100;

/** Trains MedGAN at the paper's sizes for so many epochs of either kind; the last of the GAN is left out, for it is compared with real rows. */
export async function medganEpochs(folder: string, epochs: number): Promise<Epochs> {
  const source = await openRows(folder);
  const batchSize = Math.min(GAN_BATCH, source.rows);
  const options = MedGanOptions.parse({ batchSize, pretrainEpochs: epochs, epochs: epochs + 1, calibrate: false });
  const model = new MedGan(source.columns, options);
  const found: Epochs = {};
  let last = performance.now();
  await model.fit(source, {
    onEvent: ({ phase, epoch }) => {
      const now = performance.now();
      if (epoch <= epochs) found[phase as Work] = (now - last) / 1000;
      last = now;
    },
  });
  model.dispose();
  await source.close();
  return found;
}

/** Trains the default autoregressive model; an epoch is a pass over nine tenths of the rows, and the likelihood of at most 5,000 others. */
export async function autoregressiveEpochs(folder: string, epochs: number): Promise<Epochs> {
  const source = await openRows(folder);
  const options = AutoregressiveOptions.parse({ batchSize: SENTENCES_BATCH, epochs, patience: epochs });
  const model = new Autoregressive(source.columns, options);
  const found: Epochs = {};
  // What follows the last epoch, the calibration of its biases, is left out.
  const stop = new AbortController();
  let last = performance.now();
  await model.fit(source, {
    signal: stop.signal,
    onEvent: ({ epoch }) => {
      const now = performance.now();
      found.autoregressive = (now - last) / 1000;
      last = now;
      if (epoch === epochs) stop.abort();
    },
  });
  model.dispose();
  await source.close();
  return found;
}
