import { UserError } from '@ehrsynth/io';

/** The checkpoint belongs to another training. */
export class OtherTrainingError extends UserError {
  constructor(path: string) {
    super('other-training', 2, 'The checkpoint comes from a training with different options or columns', {
      where: path,
      todo: 'Give the same options, or omit --resume to start again.',
    });
  }
}

/** The folder holds a model of another kind. */
export class OtherModelError extends UserError {
  constructor(path: string, wanted: string, format: string) {
    super('other-model', 2, `Not a ${wanted}: ${format}`, {
      where: path,
      todo: 'Give a folder that `ehrsynth train` wrote with this version.',
    });
  }
}

/** A file of a saved model is not what was saved. */
export class BrokenModelError extends UserError {
  constructor(path: string, what: string, cause?: unknown) {
    super('broken-model', 1, `The model is damaged or was changed: ${what}`, {
      where: path,
      todo: 'Copy the model folder again, or train again.',
      cause,
    });
  }
}

/** A model of a version that did not write down the sums of its files. */
export class NoModelSumsError extends UserError {
  constructor(path: string) {
    super('no-model-sums', 2, 'The model was written by an earlier version and has no checksums of its files', {
      where: path,
      todo: 'Train it again with this version.',
    });
  }
}

/** What to do where there is nothing of it. */
const TO_LEARN = {
  rows: 'Ingest patients, and hold out fewer of them with --holdout.',
  'columns of codes': 'Ingest again with a smaller --min-patients, or with --rare parent.',
  dates: 'Train a model of sets of codes, such as -m autoregressive.',
};

/** There is nothing that a model could learn from. */
export class NothingToLearnError extends UserError {
  constructor(what: keyof typeof TO_LEARN) {
    super('nothing-to-learn', 1, `The cohort has no ${what} to learn from`, { todo: TO_LEARN[what] });
  }
}

/** The weights are no longer numbers; nothing that was learned since the last checkpoint can be used. */
export class DivergedError extends UserError {
  constructor(phase: string, epoch: number, checkpointFolder: string | undefined) {
    super('diverged', 1, `Training diverged in epoch ${epoch} of ${phase}: the loss is no longer finite`, {
      where: checkpointFolder,
      todo:
        'The last good checkpoint is kept. Continue from it with a smaller learning rate (--resume --learning-rate 0.0003), ' +
        'or start again with a larger --batch-size or --l2.',
    });
  }
}

/** The checkpoint's head is not what this version writes. */
export class BrokenCheckpointError extends UserError {
  constructor(path: string) {
    super('broken-checkpoint', 1, 'The checkpoint is damaged, or was written by another version', {
      where: path,
      todo: 'Omit --resume to start again.',
    });
  }
}

/** A training is to end before where its checkpoint is. */
export class FewerEpochsError extends UserError {
  /** @param epoch the last one that is done or under way */
  constructor(path: string, option: string, epoch: number, isDone: boolean) {
    const flag = flagOf(option);
    super(
      'fewer-epochs',
      2,
      `Epoch ${epoch} is ${isDone ? 'done' : 'in progress'}: ${flag} must be at least ${epoch}`,
      {
        where: path,
        todo: `Give ${flag} ${epoch} or more, or omit --resume to start again.`,
      },
    );
  }
}

/** Options that no flag of `train` gives: those that the budget of a private training decides, and those of a model's make. */
const WITHOUT_FLAG = new Set([
  ...['noiseMultiplier', 'clip', 'valueNoise', 'tallyNoise'],
  ...['pretrainBatchSize', 'generatorLoss', 'gradientPenalty', 'layerNorm', 'conditional', 'generatorLayers'],
  ...['discriminatorLayers', 'batchNormDecay', 'edges'],
]);

/** An option that the model does not have. */
export class UnknownOptionError extends UserError {
  constructor(model: string, option: string, known: string[]) {
    const own = known.filter((one) => !WITHOUT_FLAG.has(one));
    // It is done unless it is switched off.
    const flags = own.map((one) => (one === 'calibrate' ? '--no-calibrate' : flagOf(one)));
    super('no-such-option', 2, `${model} has no ${flagOf(option)}`, { todo: `It has ${flags.join(', ')}.` });
  }
}

/** The model draws nothing after the day from which records are to be continued. */
export class NothingAfterError extends UserError {
  constructor(asOf: string, lastDay: string) {
    super(
      'nothing-after',
      2,
      `Nothing can be drawn after ${asOf}: the records that the model was trained on end on ${lastDay}`,
      {
        todo: 'Give an earlier --as-of.',
      },
    );
  }
}

/** Hardly any row that the model draws is of the kind that is asked for. */
export class NoSuchPatientsError extends UserError {
  constructor(what: string, found: number, drawn: number) {
    super(
      'no-such-patients',
      1,
      `Only ${found} of ${drawn.toLocaleString('en-US')} patients drawn from the model are ${what}`,
      {
        todo: 'Relax the conditions, or train on a cohort with more of them.',
      },
    );
  }
}

/** No row of the first that the model draws is of the kind that is asked for. */
export class NoneFoundError extends UserError {
  /** @param longer draws that --most-draws has to allow for more than these rows to be looked at */
  constructor(what: string, drawn: number, longer: number) {
    super('no-such-patients', 1, `None of ${drawn.toLocaleString('en-US')} patients drawn from the model are ${what}`, {
      todo: `Relax the conditions, or train on a cohort that has such patients. If they are only rare, --most-draws ${longer} looks longer.`,
    });
  }
}

/** No row has what a share is asked of. */
export class UnreachableMarginError extends UserError {
  constructor(margin: string, cell: string) {
    super(
      'unreachable-share',
      1,
      `A share of patients with ${margin} ${cell} was requested, but none drawn from the model has it`,
      {
        todo: 'Request a share of 0, or train on a cohort with such patients.',
      },
    );
  }
}

/** Shares that no weights of the model's rows have together. */
export class ImpossibleSharesError extends UserError {
  /** @param wanted, nearest shares by name */
  constructor(wanted: string, nearest: string) {
    super('impossible-shares', 1, `The model cannot give these shares together: ${wanted}`, {
      todo: `The nearest that it can give: ${nearest}. Request these shares, or lower one of them.`,
    });
  }
}

/** Shares that would rest on a few of the rows that the model draws. */
export class TooFewForSharesError extends UserError {
  constructor(wanted: string, effective: number, drawn: number) {
    super(
      'too-few-for-shares',
      1,
      `Among ${drawn.toLocaleString('en-US')} patients drawn from the model, those that would make up ${wanted} have an effective sample size of only ${Math.max(1, Math.round(effective))}`,
      {
        todo: "Request shares closer to the model's, or train on a cohort with more such patients.",
      },
    );
  }
}

/** More rows would have to be drawn than may be. */
export class TooManyDrawsError extends UserError {
  constructor(what: string, rows: number, expected: number, most: number) {
    const text = (count: number) => count.toLocaleString('en-US');
    super(
      'too-many-draws',
      1,
      `${text(rows)} such patients (${what}) need about ${text(expected)} draws; the limit is ${text(most)}`,
      {
        todo: "Request fewer patients or shares closer to the model's, or raise --most-draws.",
      },
    );
  }
}

/** Counts are learned without noise. */
export class PrivateCountsError extends UserError {
  constructor() {
    super('private-counts', 2, 'Counts cannot be learned with differential privacy', {
      todo: 'Omit --mode count: repeats are then drawn from the timeline.',
    });
  }
}

/** An EMR-WGAN of before, which lists every combination of demographics with its patients. */
export class OldDemographicsError extends UserError {
  constructor(folder: string) {
    super(
      'old-demographics',
      2,
      'The model was written by an earlier version and lists combinations of demographics that only single patients have',
      {
        where: folder,
        todo: 'Train it again, and delete this folder.',
      },
    );
  }
}

/** A value that an option does not take. */
export class BadOptionError extends UserError {
  constructor(option: string, message: string) {
    super('bad-option', 2, `${flagOf(option)}: ${message}`);
  }
}

/** The flag of an option: batchSize → --batch-size. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
