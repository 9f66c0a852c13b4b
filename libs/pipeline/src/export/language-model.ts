import { open, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { threadsSetting } from '@ehrsynth/engine';
import type { Rewriter } from '@ehrsynth/fhir';
import { checksum } from '@ehrsynth/io';
import type { RunFile } from '../run/run-folder.ts';
import { NoLanguageModelError, NoLanguageRuntimeError } from './errors.ts';

/** What runs a GGUF file: optional, found at run time. */
const PACKAGE = 'node-llama-cpp';
/** Tokens of prompt and answer together, at most; a sentence that is longer is not asked for. */
const CONTEXT = 4096;
/** Answers that are kept: "No diagnosis was recorded." comes in every other note. */
const MOST_KEPT = 5000;

const TASK = `You put one sentence of a clinical note into other words. The note is about a synthetic patient.
Keep every name, number, unit, dose and date exactly as it is written, and every item of a list. Add nothing, leave nothing out.
Beside them use only words of the list that is given. Answer with the sentence alone, on one line.
Example. Words: the was is diagnosed with and a an patient. Sentence: Diagnosed: Anemia, unspecified; Headache.
The patient was diagnosed with Anemia, unspecified, and Headache.`;

/** What of the package is used here. @see https://node-llama-cpp.withcat.ai/api/functions/getLlama */
interface Runtime {
  getLlama(options: object): Promise<Llama>;
  LlamaChatSession: new (options: object) => {
    prompt(text: string, options: object): Promise<string>;
    dispose(): void;
  };
}
interface Llama {
  loadModel(options: object): Promise<{
    tokenize(text: string): readonly number[];
    trainContextSize: number;
    createContext(options: object): Promise<{ getSequence(): { clearHistory(): Promise<void> } }>;
  }>;
  dispose(): Promise<void>;
}

/** A language model that puts sentences into other words. */
export interface LanguageModel extends Rewriter {
  /** For run.json. */
  file: RunFile;
  close(): Promise<void>;
}

/**
 * Opens a language model of the user's: a GGUF file, which is run on this machine. The likeliest word is always taken, so that the same sentence gets the
 * same answer. Nothing is fetched from the network.
 * @throws NoLanguageModelError where there is no such file or it is none; NoLanguageRuntimeError where node-llama-cpp is not installed or does not load
 */
export async function openLanguageModel(path: string, signal?: AbortSignal): Promise<LanguageModel> {
  await checkFile(path);
  const { getLlama, LlamaChatSession } = await loadRuntime();
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: 'error',
    logger: () => {},
    ...(threadsSetting() !== undefined && { maxThreads: threadsSetting() }),
  }).catch((error: unknown) => {
    throw new NoLanguageRuntimeError(PACKAGE, error);
  });
  const model = await llama.loadModel({ modelPath: path }).catch((error: unknown) => {
    throw new NoLanguageModelError(path, `it cannot be loaded: ${(error as Error).message}`);
  });
  const contextSize = Math.min(CONTEXT, model.trainContextSize);
  const sequence = (await model.createContext({ contextSize })).getSequence();
  const kept = new Map<string, string>();

  async function ask(sentence: string, words: readonly string[]): Promise<string | undefined> {
    const text = `Words: ${words.join(' ')}. Sentence: ${sentence}`;
    const most = 2 * model.tokenize(sentence).length + 32;
    // A chat's own marks take some tokens, too.
    if (model.tokenize(TASK + text).length + most + 64 > contextSize) return undefined;
    await sequence.clearHistory();
    const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: TASK });
    const options = { temperature: 0, seed: 1, maxTokens: most, budgets: { thoughtTokens: 0 }, signal };
    const answer = await session.prompt(text, options);
    session.dispose();
    return withoutQuotes(answer);
  }

  const [name, sha256, { size: bytes }] = [basename(path), await checksum(path), await stat(path)];
  return {
    name,
    sha256,
    file: { name: `notes-model/${name}`, bytes, sha256 },
    async reword(sentence, words) {
      const key = `${sentence}\n${words.join(' ')}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const answer = await ask(sentence, words);
      if (answer === undefined) return undefined;
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
      kept.set(key, answer);
      return answer;
    },
    close: () => llama.dispose(),
  };
}

/** @throws NoLanguageModelError */
async function checkFile(path: string): Promise<void> {
  const file = await open(path).catch(() => {
    throw new NoLanguageModelError(path, 'it cannot be read');
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0).catch(() => ({ buffer: '', bytesRead: 0 }));
    if (buffer.toString('latin1', 0, bytesRead) !== 'GGUF') throw new NoLanguageModelError(path, 'it is no GGUF file');
  } finally {
    await file.close();
  }
}

/** The package among our own, or in the folder where the command runs. @throws NoLanguageRuntimeError */
async function loadRuntime(): Promise<Runtime> {
  const places = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href];
  for (const place of places) {
    let path: string;
    try {
      path = createRequire(place).resolve(PACKAGE);
    } catch {
      continue;
    }
    return import(pathToFileURL(path).href).catch((error: unknown) => {
      throw new NoLanguageRuntimeError(PACKAGE, error);
    }) as Promise<Runtime>;
  }
  throw new NoLanguageRuntimeError(PACKAGE);
}

function withoutQuotes(text: string): string {
  return text.trim().replace(/^["“](.*)["”]$/s, '$1');
}
