import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { writeFileAtomic } from '@ehrsynth/io';
import { asJson } from '../as-json.ts';
import { OtherFetchError } from './errors.ts';

/**
 * What a fetch leaves in its folder, so that the next goes on from there. For its user alone: it may have addresses that let in whoever
 * has them.
 */
export class StateFile<State extends { server: string }> {
  constructor(
    private readonly name: string,
    private readonly schema: z.ZodType<State>,
  ) {}

  /**
   * Undefined where there is none, or one that is not understood.
   * @throws OtherFetchError where it is of another server
   */
  async read(folder: string, server: string): Promise<State | undefined> {
    const path = join(folder, this.name);
    if (!existsSync(path)) return undefined;
    const found = asJson(await readFile(path, 'utf8'));
    const other = Object(found).server as unknown;
    if (typeof other === 'string' && other !== server)
      throw new OtherFetchError(folder, `from another server, ${other}`);
    return this.schema.safeParse(found).data;
  }

  async write(folder: string, state: State): Promise<void> {
    await writeFileAtomic(join(folder, this.name), JSON.stringify(state), 0o600);
  }

  async remove(folder: string): Promise<void> {
    await rm(join(folder, this.name), { force: true });
  }
}
