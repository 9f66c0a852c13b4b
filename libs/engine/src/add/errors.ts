import { UserError } from '@ehrsynth/io';
import type { AddableEngine } from './catalogue.ts';

/** An engine's package has no files for this machine. */
export class NoPlatformError extends UserError {
  constructor({ name, package: packageName, version, platforms }: AddableEngine, platform: string) {
    super('engine-platform', 3, `The engine ${name} does not exist for ${platform}`, {
      todo: `${packageName} ${version} runs on ${Object.keys(platforms).join(', ')}. WASM, which is built in, runs everywhere.`,
    });
  }
}

export class NoNpmError extends UserError {
  constructor() {
    super('no-npm', 3, 'npm was not found, which brings packages from its registry', {
      todo: 'It comes with Node: check that the folder of `npm` is in PATH.',
    });
  }
}

export class NoNetworkError extends UserError {
  constructor() {
    super('no-registry', 3, 'npm cannot reach its registry', {
      todo: 'Check the network, and proxy and registry in `npm config list`. Nothing was left behind. WASM, the engine that is built in, needs no network.',
    });
  }
}

export class NpmError extends UserError {
  constructor(said: string) {
    super('npm-failed', 3, `npm could not install what is needed:\n${said}`, {
      todo: 'Put right what npm says, and try again. Nothing was left behind.',
    });
  }
}

/** What npm installed is something else than what ehrsynth was tested with. */
export class OtherPackageError extends UserError {
  constructor({ package: packageName, version }: AddableEngine, what: string) {
    super('other-package', 3, `What npm brought as ${packageName} ${version} is not that package: ${what}`, {
      todo: 'Ask who runs the registry that `npm config get registry` names. Nothing was left behind.',
    });
  }
}

/** Options of engines that are built here, for one that npm brings. */
export class NotBuiltError extends UserError {
  constructor({ name }: AddableEngine) {
    super('engine-options', 2, `The engine ${name} is not built here: --wheel and --libtensorflow do not go with it`, {
      todo: 'Leave them out, or add the engine native.',
    });
  }
}
