import { UserError } from '@ehrsynth/io';
import type { AddableEngine } from '../catalogue.ts';

/** Where libtensorflow is to come from, if not from a wheel by pip; one of them. */
export interface NativeSource {
  /** A wheel of tensorflow or tensorflow-cpu. */
  wheel?: string;
  /** A folder with lib/ and include/. */
  libtensorflow?: string;
}

/** How one of TensorFlow's own engines is built. */
export interface Plan {
  npmPackage: string;
  /** Where libtensorflow comes from: a wheel of PyPI's by pip, a wheel's path, or a folder with lib/ and include/. */
  source: { pip: string } | { wheel: string } | { folder: string };
  /** Wheels with CUDA's own libraries, for the GPU. */
  cudaWheels: string[];
}

/** The version that was built and run with tfjs-node. */
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
export function planOf(engine: AddableEngine, { wheel, libtensorflow }: NativeSource = {}): Plan {
  if (wheel !== undefined && libtensorflow !== undefined) {
    throw new UserError('native-options', 2, 'Both --wheel and --libtensorflow were given', {
      todo: 'Give one of them: a wheel of TensorFlow, or a folder with lib/ and include/.',
    });
  }
  const pip = `${engine.needsGpu ? 'tensorflow' : 'tensorflow-cpu'}==${TENSORFLOW}`;
  const source = wheel !== undefined ? { wheel } : libtensorflow !== undefined ? { folder: libtensorflow } : { pip };
  return {
    npmPackage: `${engine.package}@${engine.version}`,
    source,
    cudaWheels: engine.needsGpu && 'pip' in source ? CUDA_WHEELS : [],
  };
}
