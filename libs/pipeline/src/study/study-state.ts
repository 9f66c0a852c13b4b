import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checksum, listFiles, version, writeFileAtomic } from '@ehrsynth/io';
import { z } from 'zod';
import { readJsonIfAny } from '../run/json-file.ts';
import { RUN_FILE } from '../run/run-files.ts';
import { stepLabel, type StudyStep } from './study-steps.ts';

const StateFile = z.object({
  format: z.literal('ehrsynth-study-1'),
  steps: z.record(
    z.string(),
    z.object({
      /** Of what it was last begun with. */
      begun: z.string().optional(),
      /** Of what its output was made of, and the sum of the output's run.json. */
      done: z.string().optional(),
      output: z.string().optional(),
    }),
  ),
});
type Steps = z.infer<typeof StateFile>['steps'];

/** What of a study is done, in study.json of its folder. */
export class StudyState {
  private constructor(
    private readonly folder: string,
    private readonly path: string,
    private readonly steps: Steps,
  ) {}

  /** @param folder that the paths of steps start from @param out the study's @throws BrokenFileError */
  static async open(folder: string, out: string): Promise<StudyState> {
    const path = join(folder, out, 'study.json');
    const found = await readJsonIfAny(path, StateFile);
    return new StudyState(folder, path, found?.steps ?? {});
  }

  /** Whether a step's output is there, made of what it reads now, with these options, by this version. */
  async isDone(step: StudyStep): Promise<boolean> {
    const { done, output } = this.steps[stepLabel(step)] ?? {};
    return done !== undefined && (await this.sumOfRun(step.out)) === output && done === (await this.fingerprint(step));
  }

  /** Whether a step was begun with what it would begin with now, and did not end. */
  async isBegun(step: StudyStep): Promise<boolean> {
    const { begun, done } = this.steps[stepLabel(step)] ?? {};
    return begun !== undefined && begun !== done && begun === (await this.fingerprint(step));
  }

  async begin(step: StudyStep): Promise<void> {
    await this.keep(step, { begun: await this.fingerprint(step) });
  }

  async finish(step: StudyStep): Promise<void> {
    const done = await this.fingerprint(step);
    await this.keep(step, { begun: done, done, output: await this.sumOfRun(step.out) });
  }

  private async keep(step: StudyStep, state: Steps[string]): Promise<void> {
    this.steps[stepLabel(step)] = state;
    await mkdir(resolve(this.path, '..'), { recursive: true });
    const file: z.infer<typeof StateFile> = { format: 'ehrsynth-study-1', steps: this.steps };
    await writeFileAtomic(this.path, `${JSON.stringify(file, null, 1)}\n`);
  }

  /** Changes with the options, the version, and what is read: of folders of ours their run.json, of others names, sizes and times of files. */
  private async fingerprint({ name, command, reads, options }: StudyStep): Promise<string> {
    const texts = Object.values(options).filter((value) => typeof value === 'string');
    const inputs = [
      ...(await Promise.all(reads.map((place) => this.stateOf(place, name !== 'ingest')))),
      ...(await Promise.all(texts.map((place) => this.stateOf(place, false)))),
    ];
    const all = { version: version(), command, reads, options, inputs };
    return createHash('sha256').update(JSON.stringify(all)).digest('hex');
  }

  /** @param isOurs whether it is what an earlier step wrote */
  private async stateOf(place: string, isOurs: boolean): Promise<unknown> {
    const path = resolve(this.folder, place);
    // A server's address, and an option that names no file, are what they say.
    if (/^[a-z]+:\/\//i.test(place) || !existsSync(path)) return undefined;
    if (isOurs) return this.sumOfRun(place);
    const found = await stat(path);
    if (!found.isDirectory()) return [found.size, found.mtimeMs];
    const files = await listFiles(path);
    return Promise.all(
      files.map(async (file) => {
        const one = await stat(file);
        return [file, one.size, one.mtimeMs];
      }),
    );
  }

  private async sumOfRun(folder: string): Promise<string | undefined> {
    const path = resolve(this.folder, folder, RUN_FILE);
    return existsSync(path) ? checksum(path) : undefined;
  }
}
