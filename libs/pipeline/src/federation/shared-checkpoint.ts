import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BrokenMessageError, decodeMessage, encodeMessage, type Message } from '@ehrsynth/federation';
import { fromSystemError, UserError, writeFileAtomic } from '@ehrsynth/io';
import type { Numbers } from '@ehrsynth/models';
import { z } from 'zod';
import { PrivacyStatement } from '../training/privacy-budget.ts';
import { type BegunTraining, settingsFor } from './begin-shared.ts';
import { SharedTask } from './requests.ts';

const FILE = 'shared.bin';
const OWNER_FILE = 0o600;
const count = z.number().int().min(0);

/** Where a training by rounds is. */
export const SharedPosition = z.object({
  phase: count,
  epoch: count,
  /** Rounds of the epoch that are done. */
  round: count,
  /** Steps behind the optimizer's moments. */
  steps: count,
  /** Of the epoch: sum of the steps' losses, and steps. */
  loss: z.number(),
  made: count,
  best: z.number().optional(),
  since: count,
});
export type SharedPosition = z.output<typeof SharedPosition>;

const Head = z.object({
  task: SharedTask,
  plan: z.unknown(),
  sites: z.array(z.object({ name: z.string(), patients: count, size: count })),
  known: z.array(
    z.object({
      name: z.string(),
      patients: count,
      carriers: z.array(count),
      privacy: PrivacyStatement.nullish().transform((one) => one ?? undefined),
    }),
  ),
  position: SharedPosition,
});

/** What a training by rounds goes on from. */
export type SharedCheckpoint = z.output<typeof Head> & {
  /** Counts of each site, in their order. */
  counts: Numbers[];
  /** Weights and moments, how the weights move on, the best weights so far, and weights of the phases before. */
  state: Numbers;
  velocity: Numbers;
  best: Numbers;
  fixed: Numbers;
};

/** Another training than the one that was stopped. */
export class OtherSharedTrainingError extends UserError {
  constructor(path: string, what: string) {
    super('other-shared-training', 2, `The checkpoint belongs to a different training: ${what}`, {
      where: path,
      todo: 'Run the command that was stopped, or omit --resume to start again.',
    });
  }
}

export function hasSharedCheckpoint(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** One file, which appears when it is whole; for its owner alone. */
export async function saveShared(folder: string, checkpoint: SharedCheckpoint): Promise<void> {
  const { counts, state, velocity, best, fixed, ...head } = checkpoint;
  const numbers = {
    ...prefixed('state.', state),
    ...prefixed('velocity.', velocity),
    ...prefixed('best.', best),
    ...prefixed('fixed.', fixed),
    ...Object.assign({}, ...counts.map((own, i) => prefixed(`counts.${i}.`, own))),
  };
  await writeFileAtomic(join(folder, FILE), encodeMessage({ head, numbers }), OWNER_FILE);
}

/** @throws OtherSharedTrainingError where it is none, UserError */
export async function loadShared(folder: string): Promise<SharedCheckpoint> {
  const path = join(folder, FILE);
  const bytes = await readFile(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  let message: Message;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    if (error instanceof BrokenMessageError)
      throw new OtherSharedTrainingError(path, `it is damaged: ${error.message}`);
    throw error;
  }
  const { data, error } = Head.safeParse(message.head);
  if (error) throw new OtherSharedTrainingError(path, `it is damaged: ${error.issues[0].path.join('.')}`);
  const of = (prefix: string) => unprefixed(prefix, message.numbers);
  return {
    ...data,
    counts: data.sites.map((_, i) => of(`counts.${i}.`)),
    state: of('state.'),
    velocity: of('velocity.'),
    best: of('best.'),
    fixed: of('fixed.'),
  };
}

/** What a training began with that a checkpoint was kept of. */
export function begunOf({ task, plan, sites, counts, known }: SharedCheckpoint): BegunTraining {
  const statements = known.map(({ privacy }) => privacy);
  const begun = sites.map((own, i) => ({ ...own, counts: counts[i] }));
  return { task, plan, settings: settingsFor(task, statements), sites: begun, known };
}

export function prefixed(prefix: string, numbers: Numbers): Numbers {
  return Object.fromEntries(Object.entries(numbers).map(([name, own]) => [prefix + name, own]));
}

function unprefixed(prefix: string, numbers: Numbers): Numbers {
  const own = Object.entries(numbers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, one]) => [name.slice(prefix.length), one]));
}
