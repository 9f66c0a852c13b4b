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
    super('no-npm', 3, 'npm, which installs packages, was not found', {
      todo: 'It comes with Node: check that the folder containing `npm` is in PATH.',
    });
  }
}

export class NoNetworkError extends UserError {
  constructor() {
    super('no-registry', 3, 'npm cannot reach its registry', {
      todo: 'Check the network, and the proxy and registry in `npm config list`. Nothing was left behind. WASM is built in and needs no network.',
    });
  }
}

export class NpmError extends UserError {
  constructor(said: string) {
    super('npm-failed', 3, `npm could not install the engine:\n${said}`, {
      todo: 'Fix what npm reports, then try again. Nothing was left behind.',
    });
  }
}

/** What npm installed is something else than what ehrsynth was tested with. */
export class OtherPackageError extends UserError {
  constructor({ package: packageName, version }: AddableEngine, what: string) {
    super('other-package', 3, `What npm installed as ${packageName} ${version} is not that package: ${what}`, {
      todo: 'Ask whoever runs the registry shown by `npm config get registry`. Nothing was left behind.',
    });
  }
}

/** Options of engines that are built here, for one that npm brings. */
export class NotBuiltError extends UserError {
  constructor({ name }: AddableEngine) {
    super(
      'engine-options',
      2,
      `The engine ${name} is not built on this machine, so --wheel and --libtensorflow do not apply`,
      {
        todo: 'Omit them, or add the engine native.',
      },
    );
  }
}
