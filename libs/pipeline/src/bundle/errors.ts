import { UserError } from '@ehrsynth/io';

/** A clone in which the npm package was not made yet. */
export class NoPackageError extends UserError {
  constructor(root: string) {
    super('no-package', 3, 'The npm package that goes into the archive has not been built', {
      where: root,
      todo: 'In a clone, run `npm run package` first; an installed ehrsynth needs no such step.',
    });
  }
}

/** The Node that runs is none that the archive's machines can run. */
export class OtherNodeError extends UserError {
  constructor(arch: string, running: string) {
    super('other-node', 2, `The archive is for Linux on ${arch}, and the Node that runs here is for ${running}`, {
      todo: `Download Node for Linux on ${arch} (nodejs.org/dist, node-v…-linux-${arch}.tar.xz) and give it with --node.`,
    });
  }
}

/** A file that is no Node of its own for Linux on that architecture. */
export class NotNodeError extends UserError {
  constructor(file: string, what: string, arch: string) {
    super('not-node', 2, `This Node cannot go into the archive: ${what}`, {
      where: file,
      todo: `With --node, give the archive from nodejs.org for Linux on ${arch} (node-v…-linux-${arch}.tar.xz), or bin/node from it.`,
    });
  }
}
