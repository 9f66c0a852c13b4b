import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutate } from '@ehrsynth/matrix/testing';
import { Rng } from '@ehrsynth/random';

/** A folder of which one file at a time is mutated, and then whole again. */
export interface MutatedFolder {
  path: string;
  /** Mutates a file of it, by the seed and the number. "weights.bin, mutation 7", and whether its bytes are others now. */
  mutateOne(number: number): { what: string; changed: boolean };
  restore(): void;
}

/** @param whole the folder as it should be @param names of the files to be mutated; all by default */
export function mutatedFolder(
  whole: string,
  path: string,
  seed: string,
  isMutated: (name: string) => boolean = () => true,
): MutatedFolder {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  cpSync(whole, path, { recursive: true });
  const names = (readdirSync(whole, { recursive: true }) as string[])
    .filter((name) => !statSync(join(whole, name)).isDirectory() && isMutated(name))
    .sort();
  let last: string | undefined;
  const restore = () => {
    if (last !== undefined) cpSync(join(whole, last), join(path, last));
  };
  return {
    path,
    mutateOne: (number) => {
      restore();
      const rng = new Rng(`${seed}/${number}`);
      last = names[number % names.length];
      const bytes = readFileSync(join(whole, last));
      const mutated = mutate(bytes, rng);
      writeFileSync(join(path, last), mutated);
      return { what: `${last}, mutation ${number}`, changed: Buffer.compare(bytes, mutated) !== 0 };
    },
    restore,
  };
}
