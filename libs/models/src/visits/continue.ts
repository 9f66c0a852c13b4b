import { dayNumber } from '@ehrsynth/histories';
import { Rng } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { dateOf, knownOn, type Life, recordOf, withFuture } from '@ehrsynth/sequence';
import { NothingAfterError } from '../errors.ts';
import type { ContinueOptions, Future } from '../patient-model.ts';
import type { Language } from './language.ts';
import type { LifeSampler } from './sample.ts';

/** Futures that are drawn side by side; more of them at a time are not drawn faster. */
const BLOCK_FUTURES = 32;

/** A future that is to be drawn. */
interface Wanted {
  history: PatientRecord;
  /** What of it was known on the day, as a record and as a life. */
  known: PatientRecord;
  life: Life;
  number: number;
}

/**
 * Draws the futures of many histories side by side, a block of lives at a time; no more histories are in memory than a block has.
 * @throws NothingAfterError
 * @see PatientModel.continue
 */
export async function* futuresOf(
  sampler: LifeSampler,
  { dictionary, alphabet, reader }: Language,
  histories: AsyncIterable<PatientRecord>,
  { asOf, futures, seed, columnOf, signal }: ContinueOptions,
): AsyncGenerator<Future> {
  const day = dayNumber(asOf);
  if (day >= dictionary.lastDay) throw new NothingAfterError(asOf, dateOf(dictionary.lastDay));
  const lives = reader(columnOf);
  let block: Wanted[] = [];
  async function* draw() {
    const rngs = block.map(({ history, number }) => new Rng(seed).fork(`future/${history.id}/${number}`));
    const begun = block.map(({ life }) => ({ life, asOf: day }));
    for (const [i, drawn] of (await sampler.draw(rngs, signal, begun)).entries()) {
      const { history, known, number } = block[i];
      const id = `${history.id}-${number}`;
      const record = withFuture(known, recordOf(id, drawn, dictionary, alphabet, rngs[i]), asOf, id);
      yield { history, number, record };
    }
    block = [];
  }
  for await (const history of histories) {
    const known = knownOn(history, asOf);
    const life = lives.read(known);
    if (life.items.length === 0 || known.deathDate !== undefined) continue;
    for (let number = 1; number <= futures; number++) {
      block.push({ history, known, life, number });
      if (block.length === BLOCK_FUTURES) yield* draw();
    }
  }
  if (block.length > 0) yield* draw();
}
