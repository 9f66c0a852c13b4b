import { program, variants } from '../program.ts';
import { ELEMENTWISE } from './activation.ts';

/** A step of Adam on so many variables, one after another, in place. What is left to 1 is given: in float32 it loses digits. */
export const adam = variants((count: number) => {
  const all = Array.from({ length: count }, (_, i) => i);
  return program({
    name: 'adam',
    reads: Object.fromEntries(all.map((i) => [`g${i}`, 'f32'])),
    writes: all.flatMap((i) => [`w${i}`, `m${i}`, `v${i}`]),
    numbers: {
      rate: 'f32',
      beta1: 'f32',
      beta2: 'f32',
      rest1: 'f32',
      rest2: 'f32',
      epsilon: 'f32',
      ...Object.fromEntries(
        all.flatMap((i) => [
          [`size${i}`, 'u32'],
          [`l2_${i}`, 'f32'],
        ]),
      ),
    },
    threads: [ELEMENTWISE, 1],
    body: `  var i = item;${all
      .map(
        (one) => `
  if (i < n.size${one}) {
    let g = g${one}[i] + n.l2_${one} * w${one}[i];
    let m = n.beta1 * m${one}[i] + n.rest1 * g;
    let v = n.beta2 * v${one}[i] + n.rest2 * g * g;
    m${one}[i] = m;
    v${one}[i] = v;
    w${one}[i] -= n.rate * m / (sqrt(v) + n.epsilon);
    return;
  }
  i -= n.size${one};`,
      )
      .join('')}`,
  });
});

/** average ← decay · average + (1 − decay) · x, in place. */
export const follow = program({
  name: 'follow',
  reads: { x: 'f32' },
  writes: ['average'],
  numbers: { size: 'u32', decay: 'f32', rest: 'f32' },
  threads: [ELEMENTWISE, 1],
  body: `  if (item < n.size) { average[item] = n.decay * average[item] + n.rest * x[item]; }`,
});
