import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { MedGan } from '../src/medgan/medgan.ts';
import { MedGanOptions } from '../src/medgan/options.ts';
import type { SampleOptions, Synthesizer } from '../src/synthesizer.ts';

/** Two kinds of patients: codes 0–2 or codes 3–5, the second kind women only. */
export function twoKinds(rows: number) {
  const demographic = (system: string, code: string): Column => ({
    kind: 'demographic',
    system,
    code,
    level: 'code',
  });
  const code = (i: number): Column => ({
    kind: 'condition',
    system: 'urn:test',
    code: `c${i}`,
    level: 'code',
  });
  const columns = [demographic('sex', 'female'), demographic('sex', 'male'), ...[0, 1, 2, 3, 4, 5].map(code)];
  const builder = new MatrixBuilder(columns);
  const rng = new Rng(11);
  for (let row = 0; row < rows; row++) {
    const second = rng.chance(0.4);
    const sex = columns[second || rng.chance(0.5) ? 0 : 1];
    const codes = columns.slice(second ? 5 : 2, second ? 8 : 5).filter(() => rng.chance(0.9));
    builder.add(String(row), [[sex, 1], ...codes.map((column): [Column, number] => [column, 1 + rng.int(3)])]);
  }
  return builder.build();
}

export async function draw(model: Synthesizer, rows: number, options: SampleOptions): Promise<CodeMatrix> {
  const builder = new MatrixBuilder(model.columns);
  for await (const { row, entries } of model.sample(rows, options)) {
    builder.add(
      String(row),
      entries.map(([column, count]): [Column, number] => [model.columns[column], count]),
    );
  }
  return builder.build();
}

export const quick = (more: object = {}) =>
  MedGanOptions.parse({
    pretrainEpochs: 30,
    epochs: 60,
    embedding: 16,
    discriminatorLayers: [32, 16],
    ...more,
  });

/** A model's saved weights, as text. */
export async function weightsOf(model: MedGan, folder: string): Promise<string> {
  const at = mkdtempSync(join(folder, 'weights-'));
  await model.save(at);
  return readFileSync(join(at, 'weights.bin'), 'base64');
}
