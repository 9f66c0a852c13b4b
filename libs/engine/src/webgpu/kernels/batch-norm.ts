import { program } from '../program.ts';
import { ELEMENTWISE } from './activation.ts';

/** Columns of a workgroup, and the threads that share a column's rows. */
export const NORM_COLUMNS = 16;
const LANES = 16;
const SHARED = `
var<workgroup> sums: array<f32, ${NORM_COLUMNS * LANES}>;
/** The sum over the threads of a column, in order. */
fn total(x: u32) -> f32 {
  workgroupBarrier();
  var sum = 0.0;
  for (var lane = 0u; lane < ${LANES}u; lane++) { sum += sums[lane * ${NORM_COLUMNS}u + x]; }
  workgroupBarrier();
  return sum;
}`;
const eachRow = (body: string) =>
  `if (isIn) { for (var row = local.y; row < n.rows; row += ${LANES}u) { let at = row * n.columns + column; ${body} } }`;

/** scale · (x − mean) / √(variance + ε) + offset by the batch's own moments, which the running averages follow. */
export const batchNorm = program({
  name: 'batchNorm',
  reads: { x: 'f32', scale: 'f32', offset: 'f32' },
  writes: ['out', 'normal', 'inverse', 'averageMean', 'averageVariance'],
  numbers: { rows: 'u32', columns: 'u32', epsilon: 'f32', decay: 'f32', rest: 'f32' },
  threads: [NORM_COLUMNS, LANES],
  before: SHARED,
  body: `
  let column = group.x * ${NORM_COLUMNS}u + local.x;
  let isIn = column < n.columns;
  var sum = 0.0;
  ${eachRow('sum += x[at];')}
  sums[index] = sum;
  let mean = total(local.x) / f32(n.rows);
  sum = 0.0;
  ${eachRow('let apart = x[at] - mean; sum += apart * apart;')}
  sums[index] = sum;
  let variance = total(local.x) / f32(n.rows);
  let own = 1.0 / sqrt(variance + n.epsilon);
  ${eachRow('let one = (x[at] - mean) * own; normal[at] = one; out[at] = one * scale[column] + offset[column];')}
  if (isIn && local.y == 0u) {
    inverse[column] = own;
    averageMean[column] = n.decay * averageMean[column] + n.rest * mean;
    averageVariance[column] = n.decay * averageVariance[column] + n.rest * variance;
  }`,
});

/** Its gradients along x, scale and offset. */
export const batchNormGradient = program({
  name: 'batchNormGradient',
  reads: { dy: 'f32', normal: 'f32', inverse: 'f32', scale: 'f32' },
  writes: ['ofX', 'ofScale', 'ofOffset'],
  numbers: { rows: 'u32', columns: 'u32' },
  threads: [NORM_COLUMNS, LANES],
  before: SHARED,
  body: `
  let column = group.x * ${NORM_COLUMNS}u + local.x;
  let isIn = column < n.columns;
  var sum = 0.0;
  ${eachRow('sum += dy[at];')}
  sums[index] = sum;
  let first = total(local.x);
  sum = 0.0;
  ${eachRow('sum += dy[at] * normal[at];')}
  sums[index] = sum;
  let second = total(local.x);
  let rows = f32(n.rows);
  ${eachRow('ofX[at] = (dy[at] - first / rows - normal[at] * (second / rows)) * (scale[column] * inverse[column]);')}
  if (isIn && local.y == 0u) {
    ofOffset[column] = first;
    ofScale[column] = second;
  }`,
});

/** Weights · a and offset − mean · a, where a = scale / √(variance + ε). */
export const fold = program({
  name: 'fold',
  reads: { weights: 'f32', scale: 'f32', offset: 'f32', mean: 'f32', variance: 'f32' },
  writes: ['out', 'bias'],
  numbers: { size: 'u32', columns: 'u32', epsilon: 'f32' },
  threads: [ELEMENTWISE, 1],
  body: `
  if (item >= n.size) { return; }
  let column = item % n.columns;
  let a = scale[column] / sqrt(variance[column] + n.epsilon);
  out[item] = weights[item] * a;
  if (item < n.columns) { bias[column] = offset[column] - mean[column] * a; }`,
});
