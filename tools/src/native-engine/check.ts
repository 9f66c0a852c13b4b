import { type EngineName, startEngine } from '@ehrsynth/engine';
import { type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { MedGan, MedGanOptions } from '@ehrsynth/models';
import { Rng } from '@ehrsynth/random';

/** Trains a small model on the named engine and on plain CPU, and says that both came to the same loss. Run in its own process. */
async function check(engine: EngineName): Promise<void> {
  const { detail } = await startEngine(engine);
  const [found, expected] = [await train(), await startEngine('cpu').then(train)];
  for (const [i, loss] of found.entries()) {
    if (!(Math.abs(loss - expected[i]) < 1e-3 * Math.abs(expected[i]))) {
      throw new Error(`a training step gives the loss ${loss}, and plain CPU gives ${expected[i]}`);
    }
  }
  console.log(`${engine} works: ${detail}`);
}

async function train(): Promise<number[]> {
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
  const losses: number[] = [];
  await model.fit(builder.build(), { onEvent: (event) => losses.push(...Object.values(event.losses)) });
  model.dispose();
  return losses;
}

await check(process.argv[2] as EngineName);
