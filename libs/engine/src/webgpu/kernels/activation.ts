import type { Activation } from '../../arithmetic/arithmetic.ts';
import { program, variants } from '../program.ts';

export const ELEMENTWISE = 256;

/** WGSL of an activation; beyond ±10, where tanh is ±1 to the last digit, its exponentials might overflow. */
export function activated(activation: Activation, x: string): string {
  if (activation === 'relu') return `max(${x}, 0.0)`;
  if (activation === 'sigmoid') return `1.0 / (1.0 + exp(-(${x})))`;
  return activation === 'tanh' ? `tanh(clamp(${x}, -10.0, 10.0))` : x;
}

const SLOPE: Record<Activation, string> = {
  linear: 'dy[item]',
  relu: 'select(0.0, dy[item], y[item] > 0.0)',
  sigmoid: 'dy[item] * (y[item] * (1.0 - y[item]))',
  tanh: 'dy[item] * (1.0 - y[item] * y[item])',
};

export const activate = variants((activation: Activation) =>
  program({
    name: 'activate',
    reads: { x: 'f32' },
    writes: ['out'],
    numbers: { size: 'u32' },
    threads: [ELEMENTWISE, 1],
    body: `  if (item < n.size) { out[item] = ${activated(activation, 'x[item]')}; }`,
  }),
);

/** dy times the derivative, from the activation's output y. */
export const activationGradient = variants((activation: Activation) =>
  program({
    name: 'activationGradient',
    reads: { y: 'f32', dy: 'f32' },
    writes: ['out'],
    numbers: { size: 'u32' },
    threads: [ELEMENTWISE, 1],
    body: `  if (item < n.size) { out[item] = ${SLOPE[activation]}; }`,
  }),
);
