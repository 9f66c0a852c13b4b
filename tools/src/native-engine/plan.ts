import { parseArgs } from 'node:util';
import { UserError } from '@ehrsynth/io';

/** What `npm run engine:native` is to do. */
export interface Plan {
  /** The engine's name, and that of its folder. */
  engine: 'tensorflow' | 'tensorflow-gpu';
  npmPackage: string;
  /** Where libtensorflow comes from: a wheel of PyPI's by pip, a wheel's path, or a folder with lib/ and include/. */
  source: { pip: string } | { wheel: string } | { folder: string };
  /** Wheels with CUDA's own libraries, for the GPU. */
  cudaWheels: string[];
  remove: boolean;
}

/** Versions that were built and run together. */
export const TFJS_NODE = '4.22.0';
const TENSORFLOW = '2.21.0';
/** What TensorFlow's wheel asks for with its `and-cuda` extra (TensorFlow 2.21's metadata). */
const CUDA_WHEELS = [
  'nvidia-cublas-cu12',
  'nvidia-cuda-cupti-cu12',
  'nvidia-cuda-nvrtc-cu12',
  'nvidia-cuda-runtime-cu12',
  'nvidia-cudnn-cu12',
  'nvidia-cufft-cu12',
  'nvidia-cusolver-cu12',
  'nvidia-cusparse-cu12',
  'nvidia-nccl-cu12',
  'nvidia-nvjitlink-cu12',
];

/** @throws UserError where the options do not go together */
export function planOf(argv: string[]): Plan {
  const { values } = parseArgs({
    args: argv,
    options: {
      wheel: { type: 'string' },
      libtensorflow: { type: 'string' },
      gpu: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
    },
  });
  if (values.wheel && values.libtensorflow) {
    throw new UserError('native-options', 2, 'Both --wheel and --libtensorflow were given', {
      todo: 'Give one of them: a wheel of TensorFlow, or a folder with lib/ and include/.',
    });
  }
  const pip = `${values.gpu ? 'tensorflow' : 'tensorflow-cpu'}==${TENSORFLOW}`;
  const source = values.wheel
    ? { wheel: values.wheel }
    : values.libtensorflow
      ? { folder: values.libtensorflow }
      : { pip };
  return {
    engine: values.gpu ? 'tensorflow-gpu' : 'tensorflow',
    npmPackage: `@tensorflow/tfjs-node${values.gpu ? '-gpu' : ''}@${TFJS_NODE}`,
    source,
    cudaWheels: values.gpu && 'pip' in source ? CUDA_WHEELS : [],
    remove: values.remove,
  };
}
