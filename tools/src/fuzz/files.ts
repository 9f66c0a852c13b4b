import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { loadMatrix } from '@ehrsynth/matrix';
import { loadModel } from '@ehrsynth/models';
import { verifyRelease } from '@ehrsynth/release';
import { mutatedFolder } from './mutated-folder.ts';
import { type FuzzPart, outcomeOf } from './part.ts';

/** Where the folders are that are mutated. */
export const WORLD = 'world';
const MODELS = ['autoregressive', 'medgan', 'vae', 'chow-liu'];

/** Lines that make what is mutated, beside what the world has. */
export const FUZZ_MODELS: [name: string, options: string][] = [
  ['autoregressive', '--epochs 1 --hidden 8'],
  ['medgan', '--epochs 1 --pretrain-epochs 1 --embedding 8 --batch-size 50'],
  ['vae', '--epochs 1 --hidden 8'],
  ['chow-liu', ''],
];

/** Mutated files of a cohort's matrix, of models of every kind, and of a release. */
export const FILES: FuzzPart[] = [
  {
    name: 'matrix files',
    size: 1,
    open: async (folder, seed) => {
      const whole = join(folder, '..', WORLD, 'cohort', 'train');
      const files = mutatedFolder(
        whole,
        join(folder, 'matrix'),
        `matrix/${seed}`,
        (name) => !name.startsWith('records'),
      );
      return (step) => {
        const { what } = files.mutateOne(step);
        return outcomeOf(what, async () => {
          const matrix = await loadMatrix(files.path);
          for (let row = 0; row < matrix.rows; row++) void matrix.entries(row).length;
          return 'read';
        });
      };
    },
  },
  {
    name: 'model files',
    size: 1,
    open: async (folder, seed) => {
      await startEngine('cpu');
      mkdirSync(folder, { recursive: true });
      const folders = MODELS.map((name) =>
        mutatedFolder(join(folder, '..', WORLD, `fuzz-${name}`), join(folder, name), `${name}/${seed}`, (file) =>
          /^(model|columns|weights)\./.test(file),
        ),
      );
      return (step) => {
        const kind = step % MODELS.length;
        const { what } = folders[kind].mutateOne(Math.floor(step / MODELS.length));
        return outcomeOf(`${MODELS[kind]}/${what}`, async () => {
          const model = await loadModel(folders[kind].path);
          try {
            for await (const { entries } of model.sample(5, { seed: 1 })) void entries.length;
          } finally {
            model.dispose();
          }
          return 'read, and patients drawn';
        });
      };
    },
  },
  {
    name: 'release files',
    size: 1,
    open: async (folder, seed) => {
      const whole = join(folder, '..', WORLD, 'release');
      const files = mutatedFolder(whole, join(folder, 'release'), `release/${seed}`);
      return (step) => {
        const { what, changed } = files.mutateOne(step);
        return outcomeOf(what, async () => {
          const { faults } = await verifyRelease(files.path);
          if (changed && faults.length === 0) throw new Error('verified as whole, with a file that was changed');
          return changed ? 'found changed' : 'not changed by the mutation';
        });
      };
    },
  },
];
