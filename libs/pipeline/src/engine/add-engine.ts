import { rm } from 'node:fs/promises';
import { ADDABLE, ADDABLE_NAMES, type AddableName, addEngine as bring, type AddedEngine } from '@ehrsynth/engine';
import { z } from 'zod';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { checkEngine } from './check-engine.ts';
import { EngineDoesNotRunError } from './errors.ts';

export const AddEngineOptions = z.strictObject({
  /** Of an engine that is built here: a wheel of TensorFlow, or a folder with lib/ and include/, instead of a wheel by pip. */
  wheel: z.string().min(1).optional(),
  libtensorflow: z.string().min(1).optional(),
  /** Brings it anew where it is there. */
  force: z.boolean().default(false),
});
export type AddEngineOptions = z.input<typeof AddEngineOptions>;

export interface AddedAndChecked extends AddedEngine {
  /** Version and threads as it runs here. */
  detail: string;
}

/**
 * Brings an engine into the user's cache and trains a small model on it: one that does not run here, or computes something else than the
 * plain one, is removed again.
 * @throws InvalidOptionsError, EngineDoesNotRunError; UserError where it cannot be brought
 */
export async function addEngine(
  name: AddableName,
  options: AddEngineOptions = {},
  running: Running = {},
): Promise<AddedAndChecked> {
  const engine = ADDABLE[checkedOptions('addEngine', z.enum(ADDABLE_NAMES), name)];
  const given = checkedOptions('addEngine', AddEngineOptions, options);
  const how = engine.isBuilt ? 'building it on this machine takes over a minute' : 'by npm';
  running.onEvent?.({ type: 'note', text: `Bringing ${engine.package} ${engine.version}, ${how} …` });
  const added = await bring(engine, given);
  try {
    return { ...added, detail: await checkEngine(engine.engine) };
  } catch (error) {
    if (!added.wasThere) await rm(added.folder, { recursive: true });
    throw new EngineDoesNotRunError(name, error as Error);
  }
}
