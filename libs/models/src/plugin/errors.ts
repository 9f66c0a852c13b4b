import { UserError } from '@ehrsynth/io';

/** A file that is no plug-in, or a plug-in that does something which it must not. */
export class PluginError extends UserError {
  constructor(path: string, what: string, cause?: unknown) {
    super('bad-plugin', 1, what, { where: path, todo: 'docs/own-model.md describes what a model needs.', cause });
  }
}

/** A model of a plug-in, which is not at hand or is another. */
export class PluginNeededError extends UserError {
  constructor(folder: string, file: string, sha256: string, given?: string) {
    super(
      'plugin-needed',
      2,
      given === undefined
        ? `The model was trained by a plug-in, ${file}, whose code is not in the model folder`
        : `The plug-in is not the file that trained the model: ${given}`,
      {
        where: folder,
        todo: `Give the file with the SHA-256 ${sha256}: --plugin ./${file}. Its code is run, so only use a file that you trust.`,
      },
    );
  }
}

/** Something that plug-ins do not have. */
export class NotOfPluginsError extends UserError {
  constructor(what: string) {
    super('not-of-plugins', 2, `A plug-in model does not support ${what}`, {
      todo: 'Omit it, or use one of the built-in models.',
    });
  }
}
