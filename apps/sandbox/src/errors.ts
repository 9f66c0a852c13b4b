import { UserError } from '@ehrsynth/io';

/** A sandbox that others could reach, with no token. */
export class TokenNeededError extends UserError {
  constructor(host: string) {
    super('token-needed', 2, `${host} can be reached from other machines, so a token is needed`, {
      todo: 'Set EHRSYNTH_SANDBOX_TOKEN (or --token), or omit --host to listen on this machine only.',
    });
  }
}

/** A launch that gives tokens to whoever asks, beside a token that only some have. */
export class SmartTokenError extends UserError {
  constructor() {
    super('smart-with-token', 2, '--smart gives tokens to anyone who asks, so it cannot be combined with a token', {
      todo: 'Omit --smart, or omit --token (EHRSYNTH_SANDBOX_TOKEN) and --host.',
    });
  }
}

export class WeakTokenError extends UserError {
  constructor(length: number) {
    super('weak-token', 2, `The token must have at least ${length} characters, all of them visible ASCII`, {
      todo: 'Generate one: openssl rand -hex 32.',
    });
  }
}

export class PortError extends UserError {
  constructor(port: number, cause: NodeJS.ErrnoException) {
    super('port-taken', 3, `Port ${port} cannot be opened (${cause.code})`, {
      todo: 'Choose another port with --port, or stop the program that uses it.',
      cause,
    });
  }
}
