import { program, reduction, variants } from '../program.ts';

/** Columns of a workgroup, threads that share a column's rows, and the rows that a workgroup takes. */
export const SUM_COLUMNS = 16;
const LANES = 16;
export const SUM_ROWS = 512;

/** One sum a column of each block of rows: blocks × columns. */
export const columnSums = program({
  name: 'columnSums',
  reads: { x: 'f32' },
  writes: ['out'],
  numbers: { rows: 'u32', columns: 'u32' },
  threads: [SUM_COLUMNS, LANES],
  before: `var<workgroup> sums: array<f32, ${SUM_COLUMNS * LANES}>;`,
  body: `
  let column = group.x * ${SUM_COLUMNS}u + local.x;
  let end = min(n.rows, (group.y + 1u) * ${SUM_ROWS}u);
  var sum = 0.0;
  if (column < n.columns) {
    for (var row = group.y * ${SUM_ROWS}u + local.y; row < end; row += ${LANES}u) { sum += x[row * n.columns + column]; }
  }
  sums[index] = sum;
  workgroupBarrier();
  if (local.y == 0u && column < n.columns) {
    var total = 0.0;
    for (var lane = 0u; lane < ${LANES}u; lane++) { total += sums[lane * ${SUM_COLUMNS}u + local.x]; }
    out[group.y * n.columns + column] = total;
  }`,
});

/** Scale times the sum of all numbers, by a single workgroup. */
export const sumAll = program({
  name: 'sumAll',
  reads: { x: 'f32' },
  writes: ['out'],
  numbers: { size: 'u32', scale: 'f32' },
  threads: [256, 1],
  before: `var<workgroup> shared_: array<f32, 256>;${reduction('reduce', 256, (a, b) => `${a} + ${b}`)}`,
  body: `
  var sum = 0.0;
  for (var at = index; at < n.size; at += 256u) { sum += x[at]; }
  shared_[index] = sum;
  reduce(index);
  if (index == 0u) { out[0] = n.scale * shared_[0]; }`,
});

export const RUNNING_COLUMNS = 64;

/** Each row and all rows of its segment before it, or after it: a thread goes down a segment's column. */
export const runningSums = variants((hasBias: boolean, isReverse: boolean) =>
  program({
    name: 'runningSums',
    reads: { x: 'f32', ends: 'i32', ...(hasBias && { bias: 'f32' }) },
    writes: ['out'],
    numbers: { segments: 'u32', columns: 'u32' },
    threads: [RUNNING_COLUMNS, 1],
    body: `
  let segment = group.z * groups.y + group.y;
  let column = group.x * ${RUNNING_COLUMNS}u + local.x;
  if (segment >= n.segments || column >= n.columns) { return; }
  var start = 0u;
  if (segment > 0u) { start = u32(ends[segment - 1u]); }
  let end = u32(ends[segment]);
  var sum = ${hasBias ? 'bias[column]' : '0.0'};
  for (var i = start; i < end; i++) {
    let place = ${isReverse ? '(start + end - 1u - i)' : 'i'} * n.columns + column;
    sum += x[place];
    out[place] = sum;
  }`,
  }),
);
