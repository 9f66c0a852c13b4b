import { UserError } from '@ehrsynth/io';

/** An engine was brought, and cannot be used on this machine. */
export class EngineDoesNotRunError extends UserError {
  constructor(name: string, cause: Error) {
    const [why] = cause.message.split('\n');
    super('engine-does-not-run', 3, `The engine ${name} does not run on this machine and was not kept: ${why}`, {
      todo: 'WASM is built in and runs everywhere; `ehrsynth doctor` shows the engines.',
      cause,
    });
  }
}
