import { crossEntropy, l2, logisticLoss, squaredError, tf, trainStep } from '@ehrsynth/engine';
import { batches, type CodeMatrix } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import type { FitControl, TrainingEvent } from '../synthesizer.ts';
import { calibrate } from './calibrate.ts';
import { loadCheckpoint, type Optimizers, saveCheckpoint } from './checkpoint.ts';
import { batchSizeFor, type MedGanOptions } from './options.ts';
import { prevalenceFit } from './prevalence.ts';
import { type Networks, weightsOf } from './state.ts';

const PREVALENCE_EVERY = 10;
const CHECKPOINT_EVERY_MS = 5 * 60_000;

/**
 * MedGAN's training (Choi et al. 2017, algorithm 1): the autoencoder alone, then discriminator against generator and
 * decoder. False where it was stopped; the checkpoint then continues it to the same end.
 */
export async function train(
  networks: Networks,
  matrix: CodeMatrix,
  options: MedGanOptions,
  { onEvent, signal, checkpointFolder, resume }: FitControl,
): Promise<boolean> {
  const { pretrainEpochs, epochs, seed } = options;
  const total = pretrainEpochs + epochs;
  const optimizers: Optimizers = {
    autoencoder: tf.train.adam(options.learningRate),
    discriminator: tf.train.adam(options.learningRate),
    generator: tf.train.adam(options.learningRate),
  };
  const carriers = matrix.carriers();
  const checkpoint = { networks, optimizers, options };
  let done = resume && checkpointFolder ? await loadCheckpoint(checkpointFolder, checkpoint) : 0;
  let savedAt = Date.now();

  for (; done < total; done++) {
    const started = performance.now();
    const rng = new Rng(seed).fork(`epoch/${done}`);
    const pretraining = done < pretrainEpochs;
    const { rows, ...losses } = pretraining
      ? autoencoderEpoch(networks, matrix, options, optimizers, rng)
      : adversarialEpoch(networks, matrix, options, optimizers, rng, done - pretrainEpochs);
    const epoch = pretraining ? done + 1 : done + 1 - pretrainEpochs;
    const event: TrainingEvent = {
      phase: pretraining ? 'autoencoder' : 'gan',
      epoch,
      epochs: pretraining ? pretrainEpochs : epochs,
      done: done + 1,
      total,
      losses,
      rowsPerSecond: rows / ((performance.now() - started) / 1000),
    };
    if (!pretraining && (epoch % PREVALENCE_EVERY === 0 || epoch === epochs)) {
      event.prevalence = prevalenceFit(networks, matrix, carriers, options, rng.fork('prevalence'));
    }
    onEvent?.(event);
    await new Promise((resolve) => setImmediate(resolve));
    const due = Date.now() - savedAt > CHECKPOINT_EVERY_MS;
    if (checkpointFolder && (signal?.aborted || due)) {
      await saveCheckpoint(checkpointFolder, checkpoint, done + 1);
      savedAt = Date.now();
    }
    if (signal?.aborted && done + 1 < total) return false;
  }
  Object.values(optimizers).forEach((optimizer) => optimizer.dispose());
  if (options.calibrate && options.mode === 'binary' && epochs > 0) {
    const rng = new Rng(seed).fork('calibrate');
    calibrate(networks, matrix, options, rng);
    const prevalence = prevalenceFit(networks, matrix, carriers, options, rng.fork('prevalence'));
    const step = { phase: 'calibration', epoch: 1, epochs: 1, done: total, total };
    onEvent?.({ ...step, losses: {}, rowsPerSecond: 0, prevalence });
  }
  return true;
}

function autoencoderEpoch(
  { autoencoder, autoencoderVariables }: Networks,
  matrix: CodeMatrix,
  { mode, pretrainBatchSize, l2: scale }: MedGanOptions,
  optimizers: Optimizers,
  rng: Rng,
) {
  const losses = new Losses();
  let rows = 0;
  for (const batch of batches(matrix, pretrainBatchSize, rng, { binary: mode === 'binary' })) {
    const real = tf.tensor2d(batch.data, [batch.rows, matrix.columns.length]);
    const loss = trainStep(optimizers.autoencoder, autoencoderVariables, () => {
      const code = autoencoder.encode(real);
      const error =
        mode === 'binary'
          ? crossEntropy(autoencoder.logits(code), real)
          : squaredError(autoencoder.decode(code), real);
      return tf.add(error, l2(weightsOf(autoencoderVariables), scale));
    });
    losses.add('autoencoder', loss);
    real.dispose();
    rows += batch.rows;
  }
  return { rows, ...losses.means() };
}

function adversarialEpoch(
  networks: Networks,
  matrix: CodeMatrix,
  options: MedGanOptions,
  optimizers: Optimizers,
  rng: Rng,
  epoch: number,
) {
  const { autoencoder, generator, discriminator, discriminatorVariables, generatorVariables } = networks;
  const losses = new Losses();
  let rows = 0;
  const batchSize = Math.min(matrix.rows, batchSizeFor(options, matrix.rows));
  const stepsInEpoch = Math.floor(matrix.rows / batchSize);
  for (const batch of batches(matrix, batchSize, rng, { binary: options.mode === 'binary' })) {
    const real = tf.tensor2d(batch.data, [batch.rows, matrix.columns.length]);
    for (let step = 0; step < options.discriminatorSteps; step++) {
      const z = noise(batch.rows, options.embedding, rng);
      const fake = tf.tidy(() => autoencoder.decode(generator.run(z, false)));
      const loss = trainStep(optimizers.discriminator, discriminatorVariables, () => {
        const caught = logisticLoss(discriminator.run(fake), false);
        const error = tf.add(logisticLoss(discriminator.run(real), true), caught);
        return tf.add(error, l2(weightsOf(discriminatorVariables), options.l2));
      });
      losses.add('discriminator', loss);
      tf.dispose([z, fake]);
    }
    const z = noise(batch.rows, options.embedding, rng);
    const loss = trainStep(optimizers.generator, generatorVariables, () => {
      const fake = autoencoder.decode(generator.run(z, true));
      const error = logisticLoss(discriminator.run(fake), true);
      return tf.add(error, l2(weightsOf(generatorVariables), options.l2));
    });
    losses.add('generator', loss);
    networks.average(averagingDecay(options.averaging, epoch * stepsInEpoch + rows / batch.rows));
    tf.dispose([z, real]);
    rows += batch.rows;
  }
  return { rows, ...losses.means() };
}

/** Short at first, so that the average forgets where it began; the weights themselves at step 0. */
function averagingDecay(decay: number, step: number): number {
  return Math.min(decay, step / (9 + step));
}

function noise(rows: number, size: number, rng: Rng): tf.Tensor2D {
  return tf.tensor2d(rng.normals32(rows * size), [rows, size]);
}

/** Losses of an epoch, kept as tensors and read back once at its end. */
class Losses {
  private readonly held = new Map<string, tf.Scalar[]>();

  add(name: string, loss: tf.Scalar): void {
    if (!this.held.has(name)) this.held.set(name, []);
    this.held.get(name)!.push(loss);
  }

  means(): Record<string, number> {
    const means: Record<string, number> = {};
    for (const [name, losses] of this.held) {
      means[name] = tf.tidy(() => tf.mean(tf.stack(losses)).dataSync()[0]);
      tf.dispose(losses);
    }
    return means;
  }
}
