import * as tf from '@tensorflow/tfjs-core';
import { rowOfEntries, type Csr, type SparseBatch } from '../sparse.ts';
import type { Activation, Arithmetic } from './arithmetic.ts';
import { plain } from './plain.ts';

interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

/** The parts of tfjs-node's backend that we call. */
export interface NativeEngine {
  binding: Record<`TF_${string}`, number> & {
    executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): { id: number }[];
    createTensor(shape: number[], type: number, values: ArrayLike<number>): number;
    deleteTensor(id: number): void;
  };
  tensorMap: { get(dataId: object): { id: number; values: unknown } };
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  executeSingleOutput(name: string, attributes: Attribute[], inputs: tf.Tensor[]): tf.Tensor;
  isUsingGpuDevice: boolean;
}

const OPERATION: Record<Activation, string> = { linear: '', relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' };

/**
 * On TensorFlow itself (tfjs-node, CPU or GPU): its operations for what TensorFlow.js spells out in several, called through
 * the backend's own `executeSingleOutput`, and resource variables, which Adam changes in place.
 */
export function tensorflowArithmetic(engine: NativeEngine): Arithmetic {
  const { binding } = engine;
  const type = (name: string, value = binding.TF_FLOAT): Attribute => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value,
  });
  const flag = (name: string, value: boolean): Attribute => ({ name, type: binding.TF_ATTR_BOOL, value });
  const text = (name: string, value: string): Attribute => ({ name, type: binding.TF_ATTR_STRING, value });
  const FLOAT = [type('T')];
  const SEGMENTS = [
    ...FLOAT,
    type('Tidx', binding.TF_INT32),
    type('Tnumsegments', binding.TF_INT32),
    type('Tsegmentids', binding.TF_INT32),
  ];
  const PRODUCT = [false, true].map((a) =>
    [false, true].map((b) => [...FLOAT, flag('transpose_a', a), flag('transpose_b', b)]),
  );
  const BIAS = [...FLOAT, text('data_format', 'NHWC')];
  const run = <T extends tf.Tensor>(name: string, attributes: Attribute[], ...inputs: tf.Tensor[]) =>
    engine.executeSingleOutput(name, attributes, inputs) as T;

  const finish = (y: tf.Tensor2D, bias?: tf.Tensor, activation: Activation = 'linear'): tf.Tensor2D => {
    const shifted = bias ? run<tf.Tensor2D>('BiasAdd', BIAS, y, bias) : y;
    return activation === 'linear' ? shifted : run(OPERATION[activation], FLOAT, shifted);
  };

  /** Rows of `dense` gathered and summed: a product with 0/1 rows. */
  const gatherSum = (batch: SparseBatch, csr: Csr, side: string, dense: tf.Tensor2D): tf.Tensor2D => {
    const indices = batch.tensor(`${side}.indices`, () => tf.tensor1d(csr.indices, 'int32'));
    const owners = batch.tensor(`${side}.owners`, () => tf.tensor1d(rowOfEntries(csr), 'int32'));
    const count = batch.tensor(`${side}.count`, () => tf.scalar(csr.rows, 'int32'));
    return run('SparseSegmentSumWithNumSegments', SEGMENTS, dense, indices, owners, count);
  };

  const variables = new ResourceVariables(engine, type, flag, text);
  const scalars = new Map<number, tf.Scalar>();
  const constant = (value: number): tf.Scalar => {
    if (!scalars.has(value)) scalars.set(value, tf.keep(tf.scalar(value)));
    return scalars.get(value)!;
  };
  const ADAM = [...FLOAT, flag('use_locking', false), flag('use_nesterov', false)];

  const arithmetic: Arithmetic = {
    ...plain,

    product: (a, b, { transposeA = false, transposeB = false, bias, activation } = {}) =>
      tf.tidy(() => finish(run('MatMul', PRODUCT[Number(transposeA)][Number(transposeB)], a, b), bias, activation)),

    // TensorFlow's product with weighted sparse rows is slower than its dense one.
    sparseProduct: (rows, dense, options = {}) =>
      rows.csr.values
        ? arithmetic.product(rows.dense(), dense, options)
        : tf.tidy(() => finish(gatherSum(rows, rows.csr, 'rows', dense), options.bias, options.activation)),

    sparseTransposeProduct: (rows, dense) =>
      rows.csr.values
        ? arithmetic.product(rows.dense(), dense, { transposeA: true })
        : gatherSum(rows, rows.transposed, 'columns', dense),

    activate: (x, activation) => finish(x, undefined, activation),

    activationGradient(y, dy, activation) {
      if (activation === 'linear') return dy.clone();
      return activation === 'relu' ? run('ReluGrad', FLOAT, dy, y) : run(`${OPERATION[activation]}Grad`, FLOAT, y, dy);
    },

    columnSums: (x) => run('BiasAddGrad', BIAS, x),

    minusSparse: (x, targets, scale) =>
      tf.tidy(() => {
        const error = run<tf.Tensor2D>('Sub', FLOAT, x, targets.dense());
        return scale === 1 ? error : run<tf.Tensor2D>('Mul', FLOAT, error, constant(scale));
      }),

    adam(parts, { rate, beta1, beta2, epsilon }) {
      tf.tidy(() => {
        // The bias corrections are in the rate already: the powers of β are given as 0.
        const settings = [constant(0), constant(0), tf.scalar(rate), ...[beta1, beta2, epsilon].map(constant)];
        const ids = engine.getInputTensorIds(settings);
        for (const { variable, gradient, first, second, l2 } of parts) {
          const g = l2 > 0 ? run('AddV2', FLOAT, gradient, run('Mul', FLOAT, variable, constant(l2))) : gradient;
          const held = [variable, first, second];
          const inputs = [...held.map((one) => variables.resource(one)), ...ids, ...engine.getInputTensorIds([g])];
          variables.change(held, () => binding.executeOp('ResourceApplyAdam', ADAM, inputs, 0));
        }
      });
    },

    follow(average, w, decay) {
      tf.tidy(() => {
        const step = tf.mul(tf.sub(w, average), 1 - decay);
        average.assign(tf.add(average, step));
      });
    },
  };
  return arithmetic;
}

/** TensorFlow's own variables behind tfjs's, so that an optimiser's kernel can change them in place. */
class ResourceVariables {
  private readonly held = new WeakMap<tf.Variable, { resource: number; dataId: object }>();
  private count = 0;

  constructor(
    private readonly engine: NativeEngine,
    private readonly type: (name: string, value?: number) => Attribute,
    private readonly flag: (name: string, value: boolean) => Attribute,
    private readonly text: (name: string, value: string) => Attribute,
  ) {}

  /** The resource with the variable's present value. */
  resource(variable: tf.Variable): number {
    const { binding } = this.engine;
    let entry = this.held.get(variable);
    if (!entry) {
      const shape = { name: 'shape', type: binding.TF_ATTR_SHAPE, value: variable.shape };
      const names = [this.text('container', ''), this.text('shared_name', `ehrsynth.${this.count++}`)];
      const attributes = [this.type('dtype'), shape, ...names];
      const [{ id }] = binding.executeOp('VarHandleOp', attributes, [], 1);
      entry = { resource: id, dataId: {} };
      this.held.set(variable, entry);
    }
    if (entry.dataId !== variable.dataId) {
      const [value] = this.engine.getInputTensorIds([variable]);
      const attributes = [this.type('dtype'), this.flag('validate_shape', false)];
      binding.executeOp('AssignVariableOp', attributes, [entry.resource, value], 0);
      entry.dataId = variable.dataId;
    }
    return entry.resource;
  }

  /** Changes the resources and lets the variables show the new values; nobody else holds the old ones, so none is copied. */
  change(variables: tf.Variable[], work: () => void): void {
    const { binding, tensorMap } = this.engine;
    const shown = variables.map((variable) => tensorMap.get(variable.dataId));
    shown.forEach(({ id }) => binding.deleteTensor(id));
    work();
    variables.forEach((variable, i) => {
      const { resource } = this.held.get(variable)!;
      [{ id: shown[i].id }] = binding.executeOp('ReadVariableOp', [this.type('dtype')], [resource], 1);
    });
  }
}
