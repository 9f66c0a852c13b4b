import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { DrawingNetwork, type LayerNumbers } from './drawing-network.ts';

const [tokens, hidden, choices] = [7, 10, 21];
const rng = new Rng(3);
const layer = (inputs: number, outputs: number): LayerNumbers => ({
  weights: rng.normals32(inputs * outputs),
  bias: rng.normals32(outputs),
});
const parts = {
  first: layer(tokens, hidden),
  middle: [layer(hidden, hidden)],
  outs: [layer(hidden, choices), layer(hidden, 5)],
};

/** The logits of a set, as the formulas say. */
function logitsOf(set: number[], { weights, bias }: LayerNumbers): number[] {
  const times = (x: number[], { weights: w, bias: b }: LayerNumbers) =>
    Array.from(b, (first, column) => x.reduce((sum, one, i) => sum + one * w[i * b.length + column], first));
  const { first, middle } = parts;
  const sums = times(
    Array.from({ length: tokens }, (_, token) => set.filter((one) => one === token).length),
    first,
  );
  const x = sums.map((one) => Math.max(0, one));
  const top = times(x, middle[0]).map((one, i) => Math.max(0, one) + x[i]);
  return times(top, { weights, bias });
}

function softmax(logits: number[], from: number, barred: number[] = []): number[] {
  const odds = logits.map((one, i) => (i < from || barred.includes(i) ? 0 : Math.exp(one - Math.max(...logits))));
  const sum = odds.reduce((a, b) => a + b);
  return odds.map((one) => one / sum);
}

/** What `choose` gives for a random number, by the shares. */
function chosen(shares: number[], chance: number): number {
  let left = chance;
  return shares.findIndex((share) => (left -= share) < 0);
}

describe('a network that draws', () => {
  // Seven sets, so that one panel has four rows beside each other and three alone.
  const sets = [[], [1], [1, 2], [6], [0, 3, 5], [4, 6], [2, 3]];
  const network = new DrawingNetwork({ first: parts.first, trunks: [parts] }, sets.length);
  const order = Int32Array.of(3, 0, 6, 1, 2, 5, 4);
  const from = Int32Array.of(0, 0, 2, 7, 8, 15, 20);

  function grown(): void {
    network.begin(sets.length);
    for (let length = 0; length < 3; length++) {
      const longer = [...sets.keys()].filter((set) => sets[set].length > length);
      network.add(
        Int32Array.from(longer),
        Int32Array.from(longer, (set) => sets[set][length]),
      );
    }
    network.look(order);
  }

  it('chooses by the softmax of what each set may choose, whatever the others may', () => {
    for (const chance of [0, 0.05, 0.3, 0.5, 0.77, 0.98]) {
      grown();
      network.logits(0, from, choices);
      order.forEach((set, i) => {
        const shares = softmax(logitsOf(sets[set], parts.outs[0]), from[i]);
        expect(network.choose(0, i, from[i], choices, chance)).toBe(chosen(shares, chance));
      });
    }
  });

  it('never chooses what is barred', () => {
    for (const chance of [0.1, 0.5, 0.9]) {
      grown();
      network.logits(0, from, choices);
      const barred = [0, 3, 9, 16, 17];
      order.slice(0, 5).forEach((set, i) => {
        for (const choice of barred) network.bar(0, i, choice);
        const shares = softmax(logitsOf(sets[set], parts.outs[0]), from[i], barred);
        expect(network.choose(0, i, from[i], choices, chance)).toBe(chosen(shares, chance));
      });
    }
  });

  it('asks another layer of some of the sets', () => {
    grown();
    const places = Int32Array.of(4, 0, 6);
    network.logitsOf(places, 1, Int32Array.of(0, 1, 3), 5);
    places.forEach((place, i) => {
      const start = [0, 1, 3][i];
      const shares = softmax(logitsOf(sets[order[place]], parts.outs[1]), start);
      expect(network.choose(1, i, start, 5, 0.6)).toBe(chosen(shares, 0.6));
    });
  });

  it('begins anew', () => {
    grown();
    network.begin(sets.length);
    network.look(Int32Array.of(4));
    network.logits(0, Int32Array.of(0), choices);
    expect(network.choose(0, 0, 0, choices, 0.4)).toBe(chosen(softmax(logitsOf([], parts.outs[0]), 0), 0.4));
  });
});
