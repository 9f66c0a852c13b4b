import { rm } from 'node:fs/promises';
import type { Column } from '@ehrsynth/matrix';
import type { FitControl, TrainingEvent } from '../synthesizer.ts';
import { tallyOf } from '../visits/context-tally.ts';
import { type Lives, Visits } from '../visits/visits.ts';
import { adversarialFolder, trainAdversarially } from './adversarial.ts';
import { generatorOptions, scheduleFor, SeqGanOptions } from './options.ts';

/**
 * SeqGAN (Yu et al. 2017) over the tokens of lives: the network of `Visits`, trained by maximum likelihood and then against a discriminator.
 * What was learned is a model of visits, and is saved and loaded as one: the discriminator is not needed any more.
 */
export class SeqGan extends Visits {
  protected override readonly epochsOption = 'pretrainEpochs';
  private readonly own: SeqGanOptions;

  constructor(columns: readonly Column[], options: SeqGanOptions = SeqGanOptions.parse({})) {
    super(columns, generatorOptions(options));
    this.own = options;
  }

  protected override async learn(lives: Lives, control: FitControl): Promise<boolean> {
    const { checkpointFolder, resume, onEvent } = control;
    // One of a training before this one is not gone on from.
    if (checkpointFolder && !resume) await rm(adversarialFolder(checkpointFolder), { recursive: true, force: true });
    const options = { ...this.own, ...scheduleFor(this.own, lives.store.lives) };
    const total = options.pretrainEpochs + options.epochs;
    // That its loss still falls is no reason to make the adversarial training longer.
    const heard = (event: TrainingEvent) => onEvent?.({ ...event, total, stillFalling: false });
    const tally = await tallyOf(lives.store.all(), lives.language);
    if (!(await this.learnLikelihood(lives, tally, { ...control, onEvent: heard }))) return false;
    return trainAdversarially(lives, options, control);
  }
}
