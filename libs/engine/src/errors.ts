import { UserError } from '@ehrsynth/io';

/** The engine that was asked for cannot run here. */
export class EngineError extends UserError {
  constructor(name: string, why: string, command?: string) {
    const bring = command ? `\`${command}\` installs it. ` : '';
    super('engine', 3, `The engine ${name} is not available: ${why}`, {
      todo: `${bring}Omit --engine to use the fastest one available; \`ehrsynth doctor\` lists them.`,
    });
  }
}

/** The weights of a model or checkpoint cannot be used. */
export class BrokenWeightsError extends UserError {
  constructor(path: string, what: string) {
    super('broken-weights', 1, `The model's weights are damaged: ${what}`, {
      where: path,
      todo: 'Train again, or copy the model folder again.',
    });
  }
}

/** The environment asks for a number of threads that is none. */
export class BadThreadsError extends UserError {
  constructor(setting: string, given: string) {
    super('bad-threads', 2, `${setting} must be a number of threads, but is ${given}`, {
      todo: `Set ${setting} to a whole number of at least 1, or leave it unset for one thread per core.`,
    });
  }
}
