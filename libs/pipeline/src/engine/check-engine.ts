import { type EngineName, startEngine } from '@ehrsynth/engine';
import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { MedGan, MedGanOptions } from '@ehrsynth/models';
import { Rng } from '@ehrsynth/random';

const TOLERANCE = 1e-3;

/**
 * Trains a small model on an engine and on the plain one, and compares the losses. Gives the engine's version and threads.
 * @throws Error where it does not start, or comes to other losses
 */
export async function checkEngine(engine: EngineName): Promise<string> {
  const { detail } = await startEngine(engine);
  const found = await losses();
  await startEngine('cpu');
  requireSame(found, await losses());
  return detail;
}

/** @throws Error where a loss is another one than the plain engine's, or no number */
export function requireSame(found: number[], expected: number[]): void {
  for (const [i, loss] of found.entries())
    if (!(Math.abs(loss - expected[i]) <= TOLERANCE * Math.abs(expected[i])))
      throw new Error(`a training step gives the loss ${loss}, and plain JavaScript gives ${expected[i]}`);
}

async function losses(): Promise<number[]> {
  const columns = Array.from({ length: 40 }, (_, i): Column => ({
    kind: 'condition',
    system: 'urn:check',
    code: `c${i}`,
    level: 'code',
  }));
  const builder = new MatrixBuilder(columns);
  const rng = new Rng(1);
  for (let row = 0; row < 200; row++) {
    builder.add(
      String(row),
      columns.filter(() => rng.chance(0.1)).map((column): [Column, number] => [column, 1]),
    );
  }
  const model = new MedGan(columns, MedGanOptions.parse({ pretrainEpochs: 2, epochs: 2, embedding: 16 }));
  const found: number[] = [];
  await model.fit(builder.build(), { onEvent: (event) => found.push(...Object.values(event.losses)) });
  model.dispose();
  return found;
}
