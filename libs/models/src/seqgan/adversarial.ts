import { join } from 'node:path';
import { Adam, follow, tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { type Life, partsOf } from '@ehrsynth/sequence';
import { z } from 'zod';
import { hasCheckpoint, Position as AnyPosition, type Training } from '../checkpoint.ts';
import { DivergedError } from '../errors.ts';
import type { FitControl } from '../synthesizer.ts';
import { type Course, type MostEpochs, runCourse } from '../training-loop.ts';
import { numbersOf } from '../values.ts';
import { Batcher } from '../visits/language.ts';
import { VisitsNetwork } from '../visits/network.ts';
import { BLOCK_LIVES, LifeSampler } from '../visits/sample.ts';
import type { Lives } from '../visits/visits.ts';
import { Discriminator } from './discriminator.ts';
import { batchSizeFor, type SeqGanOptions } from './options.ts';
import { advantagesOf, weightsOf } from './rewards.ts';

/** Steps of the discriminator alone, before the generator's first one. */
const WARM_UP = 100;
/** Share of itself that the roll-out network keeps when it follows the generator, as in the paper's program. */
const DELAY = 0.8;
/** May differ between a training and its continuation; those of the pre-training are over. */
const FREE: (keyof SeqGanOptions)[] = [
  'epochs',
  'policyRate',
  'pretrainEpochs',
  'patience',
  'learningRate',
  'l2',
  'dropout',
];

const Position = AnyPosition.extend({
  /** Sums over the steps of the round under way. */
  loss: z.number(),
  reward: z.number(),
});
type Position = z.infer<typeof Position>;

/** The folder of its checkpoints: those of the pre-training, which it goes on from, stand beside it. */
export const adversarialFolder = (folder: string) => join(folder, 'adversarial');

/**
 * Trains a generator against a discriminator (SeqGAN: Yu et al. 2017, algorithm 1). Tokens are no function of the weights that has a slope,
 * so that a step is a policy gradient (REINFORCE): a token becomes likelier by as much as what was drawn with it is taken for real more often
 * than what else came, which lives completed from there by a network that follows the generator slowly show. False where it was stopped.
 */
export async function trainAdversarially(lives: Lives, options: SeqGanOptions, control: FitControl): Promise<boolean> {
  const folder = control.checkpointFolder && adversarialFolder(control.checkpointFolder);
  const resume = control.resume && folder !== undefined && (await hasCheckpoint(folder));
  const course = new AdversarialCourse(lives, options, control);
  try {
    return await runCourse(course, { ...control, checkpointFolder: folder, resume, onProgress: course.onProgress });
  } finally {
    course.dispose();
  }
}

class AdversarialCourse implements Course<Position> {
  readonly start: Position = { done: 0, step: 0, loss: 0, reward: 0 };
  readonly type = Position;
  readonly most: MostEpochs;
  readonly training: Training;
  private readonly rollout: VisitsNetwork;
  private readonly discriminator: Discriminator;
  private readonly policy: Adam;
  private readonly batcher: Batcher;
  private readonly batchSize: number;
  /** Of the networks as they are now. */
  private samplers: { generator?: LifeSampler; rollout?: LifeSampler } = {};
  /** Of steps whose losses are not in the position yet. */
  private losses: tf.Scalar[] = [];

  constructor(
    private readonly lives: Lives,
    private readonly options: SeqGanOptions,
    private readonly control: FitControl,
  ) {
    const { network, language, store } = lives;
    this.most = { option: 'epochs', epochs: options.epochs };
    const rng = new Rng(options.seed).fork('adversarial');
    this.rollout = new VisitsNetwork(language, options, rng);
    this.follow(0);
    this.discriminator = new Discriminator(language, rng);
    this.policy = new Adam(Object.values(network.weighted), { learningRate: options.policyRate });
    this.batcher = new Batcher(language);
    const tokens = store.parts.reduce((sum, part) => sum + part.tokens, 0);
    this.batchSize = batchSizeFor(options, store.lives, tokens);
    const parts = { generator: network.named, rollout: this.rollout.named, discriminator: this.discriminator.named };
    const named = Object.entries(parts).flatMap(([part, own]) =>
      Object.entries(own).map(([name, one]) => [`${part}.${name}`, one] as const),
    );
    const optimizers = { policy: this.policy, judge: this.discriminator.adam };
    this.training = { variables: Object.fromEntries(named), sampling: {}, optimizers, options, free: FREE, best: {} };
  }

  isOver({ done }: Position): boolean {
    return done >= this.options.epochs;
  }

  stepsOf({ done }: Position): number {
    return warmUp(done) + 1 + this.options.discriminatorSteps;
  }

  async *steps(position: Position): AsyncGenerator<number> {
    const { done, step: from } = position;
    const steps = this.stepsOf(position);
    for (let step = from; step < steps; step++) {
      const rng = new Rng(this.options.seed).fork(`adversarial/${done}/${step}`);
      if (step === warmUp(done)) position.reward = await this.generatorStep(rng);
      else this.losses.push(await this.discriminatorStep(rng));
      yield this.batchSize;
    }
    // Here, so that a checkpoint of after the last step has it.
    this.follow(DELAY);
  }

  async report(position: Position, rowsPerSecond: number): Promise<void> {
    await this.settle(position);
    const { epochs } = this.options;
    const done = position.done + 1;
    const losses = {
      discriminator: position.loss / (this.stepsOf(position) - 1),
      // The mean probability that what it draws was drawn.
      generator: 1 - position.reward,
    };
    const total = this.before + epochs;
    this.control.onEvent?.({
      phase: 'adversarial',
      epoch: done,
      epochs,
      done: this.before + done,
      total,
      losses,
      rowsPerSecond,
    });
  }

  next(position: Position): Position {
    return { ...position, loss: 0, reward: 0 };
  }

  /** Reads back the losses that are held. @throws DivergedError */
  async settle(position: Position): Promise<void> {
    const { losses } = this;
    this.losses = [];
    for (const loss of await numbersOf(losses)) position.loss += loss;
    if (!Number.isFinite(position.loss + position.reward)) throw this.diverged(position);
  }

  diverged({ done }: Position): DivergedError {
    return new DivergedError('adversarial', done + 1, this.control.checkpointFolder);
  }

  readonly onProgress = (done: number): void => this.control.onProgress?.(this.before + done);

  dispose(): void {
    tf.dispose(this.losses);
    this.policy.dispose();
    this.rollout.dispose();
    this.discriminator.dispose();
  }

  /** Epochs of the pre-training. */
  private get before(): number {
    return this.options.pretrainEpochs ?? 0;
  }

  /** Makes what was drawn with a good end likelier. Gives the mean probability that what was drawn is real. */
  private async generatorStep(rng: Rng): Promise<number> {
    const { network, language } = this.lives;
    const { rollouts, stops } = this.options;
    const drawn = await this.draw(rng);
    this.samplers.rollout ??= await LifeSampler.of(this.rollout, language);
    let reward = NaN;
    const judge = async (lives: readonly Life[]) => {
      const found = await this.discriminator.probabilities(lives);
      reward = found.subarray(0, drawn.length).reduce((sum, one) => sum + one, 0) / drawn.length;
      return found;
    };
    const how = { sampler: this.samplers.rollout, judge, stops, rollouts, rng };
    const advantages = await advantagesOf(drawn, language, how);
    const parts = drawn.flatMap((life, owner) => partsOf(life).map((part) => ({ ...part, life, owner })));
    const { batch, rows } = this.batcher.batch(parts);
    const weights = weightsOf(rows, parts, advantages, language.alphabet.endOfVisit);
    this.policy.minimize(() => network.weightedLoss(batch, drawn.length, weights)).dispose();
    batch.dispose();
    this.samplers.generator = undefined;
    return reward;
  }

  private async discriminatorStep(rng: Rng): Promise<tf.Scalar> {
    const { store } = this.lives;
    const own = rng.fork('real');
    const real = Array.from({ length: this.batchSize }, () => store.read(own.int(store.lives)));
    return this.discriminator.learn(real, await this.draw(rng));
  }

  private async draw(rng: Rng): Promise<Life[]> {
    const { network, language } = this.lives;
    const sampler = (this.samplers.generator ??= await LifeSampler.of(network, language));
    const drawn: Life[] = [];
    while (drawn.length < this.batchSize) {
      const count = Math.min(BLOCK_LIVES, this.batchSize - drawn.length);
      drawn.push(...(await sampler.draw(Array.from({ length: count }, (_, i) => rng.fork(drawn.length + i)))));
    }
    return drawn;
  }

  /** Moves the roll-out network to the generator, but for a share that stays. */
  private follow(share: number): void {
    const own = this.rollout.named;
    for (const [name, weights] of Object.entries(this.lives.network.named)) follow(own[name], weights, share);
    this.samplers.rollout = undefined;
  }
}

/** Steps of a round before the generator's. */
function warmUp(round: number): number {
  return round === 0 ? WARM_UP : 0;
}
