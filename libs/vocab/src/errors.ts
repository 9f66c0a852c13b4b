import { basename } from 'node:path';
import { UserError } from '@ehrsynth/io';

/** A file that was given as one of the FDA's is another. */
export class WrongFdaFileError extends UserError {
  constructor(path: string, missing: string[]) {
    super('wrong-file', 2, `Not a file of the FDA's NDC directory: no column ${missing.join(', ')}`, {
      where: `${path}, line 1`,
      todo: `Give the ${basename(path)} of the NDC directory (text version).`,
    });
  }
}
