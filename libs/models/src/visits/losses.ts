import { yieldToEventLoop } from '@ehrsynth/io';
import { type Life, type LifePart, partsOf } from '@ehrsynth/sequence';
import type { Batcher } from './language.ts';
import type { VisitsNetwork } from './network.ts';

/** Tokens that are computed at a time. */
const BLOCK_TOKENS = 4000;

/**
 * −log likelihood of each life, in nats: of its tokens, and of the days within their spans.
 * @param onTokens hears of the tokens of lives, by number
 */
export async function lossesOfLives(
  network: VisitsNetwork,
  batcher: Batcher,
  lives: Iterable<Life> | AsyncIterable<Life>,
  onTokens?: (life: number, tokens: number) => void,
): Promise<Float64Array> {
  const losses: number[] = [];
  let block: (LifePart & { owner: number })[] = [];
  let tokens = 0;
  const compute = async () => {
    const { batch, nats } = batcher.batch(block);
    const own = await network.losses(batch);
    let at = 0;
    batch.ends.forEach((end, i) => {
      losses[block[i].owner] += nats[i];
      onTokens?.(block[i].owner, end - at);
      for (; at < end; at++) losses[block[i].owner] += own[at];
    });
    batch.dispose();
    [block, tokens] = [[], 0];
    await yieldToEventLoop();
  };
  for await (const life of lives) {
    const owner = losses.push(0) - 1;
    for (const part of partsOf(life)) {
      block.push({ life, owner, first: part.first, end: part.end });
      tokens += part.tokens;
      if (tokens >= BLOCK_TOKENS) await compute();
    }
  }
  if (block.length > 0) await compute();
  return Float64Array.from(losses);
}
