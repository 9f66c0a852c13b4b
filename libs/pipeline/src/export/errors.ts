import { UserError } from '@ehrsynth/io';

/** --notes-model names no model that can be used. */
export class NoLanguageModelError extends UserError {
  constructor(path: string, why: string) {
    super('no-language-model', 2, `Not a language model that can be used: ${why}`, {
      where: path,
      todo: 'Give a GGUF file of an instruction-tuned model, as Ollama, LM Studio and llama.cpp use.',
    });
  }
}

/** What runs language models is not there. */
export class NoLanguageRuntimeError extends UserError {
  constructor(name: string, cause?: unknown) {
    const why = cause === undefined ? 'is not installed' : `does not load: ${String(cause).split('\n')[0]}`;
    super('no-language-runtime', 3, `${name}, which runs language models, ${why}`, {
      todo: `Run npm install ${name} in ${process.cwd()}, or omit --notes-model: notes are then worded by the grammar.`,
      cause,
    });
  }
}
