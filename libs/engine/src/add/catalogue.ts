import type { EngineName } from '../names.ts';

/** An engine that is no part of what npm installs with ehrsynth, and that `ehrsynth engine add` brings. */
export interface AddableEngine {
  name: AddableName;
  /** What `--engine` calls it. */
  engine: EngineName;
  /** Its npm package, in the version that it was built and tested against. */
  package: string;
  version: string;
  /** The registry's checksum of the package, as package-lock.json has it; undefined of what is built here. */
  integrity?: string;
  /** Files and folders of the package by platform (`linux-x64`): those of this one are kept, those of the others dropped. */
  platforms: Readonly<Record<string, readonly string[]>>;
  /** What it takes of disk once the others' files are gone, in MB, as measured on linux-x64; undefined where it was not. */
  megabytes?: number;
  /** It is built on this machine, from TensorFlow's wheel. */
  isBuilt: boolean;
  /** It helps only where there is a GPU. */
  needsGpu: boolean;
}

export const ADDABLE_NAMES = ['onnx', 'webgpu', 'native', 'native-gpu'] as const;
export type AddableName = (typeof ADDABLE_NAMES)[number];

const MAC_DAWN = ['dist/darwin-universal.dawn.node'];
const TFJS_NODE = '4.22.0';

export const ADDABLE: Readonly<Record<AddableName, AddableEngine>> = {
  onnx: {
    name: 'onnx',
    engine: 'onnx',
    package: 'onnxruntime-node',
    version: '1.30.0',
    integrity: 'sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
    platforms: {
      'linux-x64': ['bin/napi-v6/linux/x64'],
      'linux-arm64': ['bin/napi-v6/linux/arm64'],
      'win32-x64': ['bin/napi-v6/win32/x64'],
      'win32-arm64': ['bin/napi-v6/win32/arm64'],
      'darwin-arm64': ['bin/napi-v6/darwin/arm64'],
    },
    megabytes: 48,
    isBuilt: false,
    needsGpu: false,
  },
  webgpu: {
    name: 'webgpu',
    engine: 'webgpu',
    package: 'webgpu',
    version: '0.4.0',
    integrity: 'sha512-F5pimn3Aoi0zWjuRdiVs5TnrUwSzD2lESBohsIUsqyitWkGRQlXU2fhV6ycXlQTa1bvAf3sjqiUpBEpmSQ5ptA==',
    platforms: {
      'linux-x64': ['dist/linux-x64.dawn.node'],
      'linux-arm64': ['dist/linux-arm64.dawn.node'],
      'win32-x64': ['dist/win32-x64.dawn.node', 'dist/d3dcompiler_47.dll'],
      'darwin-x64': MAC_DAWN,
      'darwin-arm64': MAC_DAWN,
    },
    megabytes: 19,
    isBuilt: false,
    needsGpu: true,
  },
  native: {
    name: 'native',
    engine: 'tensorflow',
    package: '@tensorflow/tfjs-node',
    version: TFJS_NODE,
    platforms: { 'linux-x64': [], 'linux-arm64': [] },
    megabytes: 1200,
    isBuilt: true,
    needsGpu: false,
  },
  'native-gpu': {
    name: 'native-gpu',
    engine: 'tensorflow-gpu',
    package: '@tensorflow/tfjs-node-gpu',
    version: TFJS_NODE,
    platforms: { 'linux-x64': [] },
    isBuilt: true,
    needsGpu: true,
  },
};

/** This machine, as the catalogue names it. */
export const PLATFORM = `${process.platform}-${process.arch}`;
