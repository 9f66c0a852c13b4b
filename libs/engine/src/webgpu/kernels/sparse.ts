import type { Activation } from '../../arithmetic/arithmetic.ts';
import { program, variants } from '../program.ts';
import { activated } from './activation.ts';

/** Columns of a workgroup, and the threads that share a column's entries. */
export const SPARSE_COLUMNS = 32;
const LANES = 8;

/**
 * activation(rows · dense + bias). `parts` holds the rows' offsets, then the columns of their entries. A workgroup makes 32 columns of a row;
 * eight threads each sum every eighth entry, and their sums are added in order.
 */
export const sparseProduct = variants((isWeighted: boolean, hasBias: boolean, activation: Activation) =>
  program({
    name: 'sparseProduct',
    reads: { parts: 'i32', dense: 'f32', ...(isWeighted && { weights: 'f32' }), ...(hasBias && { bias: 'f32' }) },
    writes: ['out'],
    numbers: { rows: 'u32', columns: 'u32' },
    threads: [SPARSE_COLUMNS, LANES],
    before: `var<workgroup> sums: array<f32, ${SPARSE_COLUMNS * LANES}>;`,
    body: `
  let row = group.z * groups.y + group.y;
  if (row >= n.rows) { return; }
  let column = group.x * ${SPARSE_COLUMNS}u + local.x;
  var sum = 0.0;
  if (column < n.columns) {
    let end = u32(parts[row + 1u]);
    for (var at = u32(parts[row]) + local.y; at < end; at += ${LANES}u) {
      let own = dense[u32(parts[n.rows + 1u + at]) * n.columns + column];
      sum += own${isWeighted ? ' * weights[at]' : ''};
    }
  }
  sums[index] = sum;
  workgroupBarrier();
  if (local.y == 0u && column < n.columns) {
    var total = ${hasBias ? 'bias[column]' : '0.0'};
    for (var lane = 0u; lane < ${LANES}u; lane++) { total += sums[lane * ${SPARSE_COLUMNS}u + local.x]; }
    out[row * n.columns + column] = ${activated(activation, 'total')};
  }`,
  }),
);

/** scale · (x − targets), a workgroup a row: all of it, then the entries. */
export const minusSparse = variants((isWeighted: boolean) =>
  program({
    name: 'minusSparse',
    reads: { x: 'f32', parts: 'i32', ...(isWeighted && { weights: 'f32' }) },
    writes: ['out'],
    numbers: { rows: 'u32', columns: 'u32', scale: 'f32' },
    threads: [128, 1],
    body: `
  let row = group.y * groups.x + group.x;
  if (row >= n.rows) { return; }
  let first = row * n.columns;
  for (var column = index; column < n.columns; column += 128u) { out[first + column] = n.scale * x[first + column]; }
  storageBarrier();
  let end = u32(parts[row + 1u]);
  for (var at = u32(parts[row]) + index; at < end; at += 128u) {
    let place = first + u32(parts[n.rows + 1u + at]);
    out[place] = n.scale * (x[place] - ${isWeighted ? 'weights[at]' : '1.0'});
  }`,
  }),
);
