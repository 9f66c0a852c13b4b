import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@ehrsynth/io';
import { z } from 'zod';
import { readJsonIfAny } from '../run/json-file.ts';

const [LEDGER, SECRET, LAST] = ['ledger.json', 'secret', 'last-answer'];
const OWNER_FILE = 0o600;
const OWNER_FOLDER = 0o700;
const SECRET_BYTES = 32;

const Entry = z.object({
  id: z.string(),
  /** SHA-256 of what was asked for, and of the plan once there is one. */
  task: z.string(),
  plan: z.string().optional(),
  coordinator: z.string(),
  model: z.string(),
  begun: z.string(),
  rounds: z.number().int().min(0),
  validations: z.number().int().min(0),
  /** Of the training: up to where rounds have been answered, in epochs. */
  reached: z.number().min(0),
  /** What it spends of each patient's privacy, where it is private. */
  privacy: z.object({ epsilon: z.number(), delta: z.number() }).optional(),
});
export type LedgerEntry = z.infer<typeof Entry>;
const Ledger = z.object({ trainings: z.array(Entry) });

/**
 * What a site has given away, in a folder that its owner alone can open: it outlives the process, so that a policy's limits are those of the
 * site and not of a run. Beside it the secret from which rounding follows, and the last answer: what is asked again gets the same.
 */
export class SiteLedger {
  private constructor(
    private readonly folder: string,
    readonly secret: Buffer,
    private trainings: LedgerEntry[],
  ) {}

  /** @throws UserError where the folder cannot be used */
  static async open(folder: string): Promise<SiteLedger> {
    makeFolder(folder, OWNER_FOLDER);
    await chmod(folder, OWNER_FOLDER);
    const path = join(folder, SECRET);
    if (!existsSync(path)) await writeFileAtomic(path, randomBytes(SECRET_BYTES).toString('hex'), OWNER_FILE);
    const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
    const ledger = await readJsonIfAny(join(folder, LEDGER), Ledger);
    return new SiteLedger(folder, secret, ledger?.trainings ?? []);
  }

  get all(): readonly Readonly<LedgerEntry>[] {
    return this.trainings;
  }

  find(id: string): LedgerEntry | undefined {
    return this.trainings.find((one) => one.id === id);
  }

  /** Adds a training, or changes one. */
  async write(entry: LedgerEntry): Promise<void> {
    this.trainings = [...this.trainings.filter(({ id }) => id !== entry.id), entry];
    const text = `${JSON.stringify({ trainings: this.trainings }, null, 1)}\n`;
    await writeFileAtomic(join(this.folder, LEDGER), text, OWNER_FILE);
  }

  /** Keeps an answer that is not to be computed again. @param request hash of what was asked */
  async keep(kind: string, request: string, answer: Buffer): Promise<void> {
    const path = join(this.folder, `${LAST}.${kind}`);
    await writeFileAtomic(path, Buffer.concat([Buffer.from(request, 'hex'), answer]), OWNER_FILE);
  }

  async kept(kind: string, request: string): Promise<Buffer | undefined> {
    const bytes = await readFile(join(this.folder, `${LAST}.${kind}`)).catch(() => undefined);
    const hash = Buffer.from(request, 'hex');
    return bytes?.subarray(0, hash.length).equals(hash) ? bytes.subarray(hash.length) : undefined;
  }

  /** Forgets the answers that were kept. */
  async forget(): Promise<void> {
    for (const kind of ['plan', 'round']) await rm(join(this.folder, `${LAST}.${kind}`), { force: true });
  }
}
