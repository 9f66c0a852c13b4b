import { program, reduction, variants } from '../program.ts';

const THREADS = 128;
const SUM = reduction('reduce', THREADS, (a, b) => `${a} + ${b}`);
const SHARED = `var<workgroup> shared_: array<f32, ${THREADS}>;`;

/** Of each row Σ softplus(logit) − Σ logit · target. */
export const crossEntropyRows = variants((isWeighted: boolean) =>
  program({
    name: 'crossEntropyRows',
    reads: { logits: 'f32', parts: 'i32', ...(isWeighted && { weights: 'f32' }) },
    writes: ['losses'],
    numbers: { rows: 'u32', columns: 'u32' },
    threads: [THREADS, 1],
    before: SHARED + SUM,
    body: `
  let row = group.y * groups.x + group.x;
  if (row >= n.rows) { return; }
  let first = row * n.columns;
  var sum = 0.0;
  for (var column = index; column < n.columns; column += ${THREADS}u) {
    let logit = logits[first + column];
    sum += max(logit, 0.0) + log(1.0 + exp(-abs(logit)));
  }
  let end = u32(parts[row + 1u]);
  for (var at = u32(parts[row]) + index; at < end; at += ${THREADS}u) {
    sum -= logits[first + u32(parts[n.rows + 1u + at])]${isWeighted ? ' * weights[at]' : ''};
  }
  shared_[index] = sum;
  reduce(index);
  if (index == 0u) { losses[row] = shared_[0]; }`,
  }),
);

const GRADIENT = `
  for (var column = index; column < n.columns; column += ${THREADS}u) {
    var slope = 0.0;
    if (column >= start && column < end) { slope = exp(logits[first + column] - most) / sum; }
    if (column == chosen) { slope -= 1.0; }
    gradient[first + column] = slope / n.divisor;
  }`;

/**
 * −log softmax of the chosen column within each row's interval, and its gradient along the logits, where it is wanted, divided by a number. `choices` holds where
 * each row's interval begins, then where it ends, then what was chosen. A workgroup a row.
 */
export const choice = variants((hasGradient: boolean) =>
  program({
    name: 'choice',
    reads: { logits: 'f32', choices: 'i32' },
    writes: ['losses', ...(hasGradient ? ['gradient'] : [])],
    numbers: { rows: 'u32', columns: 'u32', divisor: 'f32' },
    threads: [THREADS, 1],
    before: SHARED + SUM + reduction('reduceMost', THREADS, (a, b) => `max(${a}, ${b})`),
    body: `
  let row = group.y * groups.x + group.x;
  if (row >= n.rows) { return; }
  let start = u32(choices[row]);
  let end = u32(choices[n.rows + row]);
  let chosen = u32(choices[2u * n.rows + row]);
  let first = row * n.columns;
  var most = -3.4e38;
  for (var column = start + index; column < end; column += ${THREADS}u) { most = max(most, logits[first + column]); }
  shared_[index] = most;
  reduceMost(index);
  most = shared_[0];
  workgroupBarrier();
  var sum = 0.0;
  for (var column = start + index; column < end; column += ${THREADS}u) { sum += exp(logits[first + column] - most); }
  shared_[index] = sum;
  reduce(index);
  sum = shared_[0];
  ${hasGradient ? GRADIENT : ''}
  if (index == 0u) { losses[row] = log(sum) - (logits[first + chosen] - most); }`,
  }),
);

/** Mean of softplus(sign · logit), and its gradient sign · σ(sign · logit) / size, by a single workgroup. */
export const logistic = program({
  name: 'logistic',
  reads: { logits: 'f32' },
  writes: ['loss', 'gradient'],
  numbers: { size: 'u32', sign: 'f32' },
  threads: [THREADS, 1],
  before: SHARED + SUM,
  body: `
  var sum = 0.0;
  for (var at = index; at < n.size; at += ${THREADS}u) {
    let logit = n.sign * logits[at];
    sum += max(logit, 0.0) + log(1.0 + exp(-abs(logit)));
    gradient[at] = n.sign / (1.0 + exp(-logit)) / f32(n.size);
  }
  shared_[index] = sum;
  reduce(index);
  if (index == 0u) { loss[0] = shared_[0] / f32(n.size); }`,
});
