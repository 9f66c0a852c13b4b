import { pathToFileURL } from 'node:url';
import { ADDABLE } from '../add/catalogue.ts';
import { commandFor, requireOf } from '../add/folders.ts';
import { requireWholeBinaries } from '../add/whole-binaries.ts';
import { turns } from './turns.ts';
import { vulkanFault } from './vulkan.ts';

export const WEBGPU_PACKAGES = ['webgpu', '@tensorflow/tfjs-backend-webgpu'] as const;

/** A software adapter is taken only where this is set; it is slower than every other engine, and for tests. */
export const SOFTWARE_SETTING = 'EHRSYNTH_WEBGPU_SOFTWARE';

/** The parts of npm's `webgpu` (Dawn, Chrome's WebGPU, for Node) that we use. */
interface Dawn {
  create(options: string[]): { requestAdapter(options?: GPURequestAdapterOptions): Promise<Adapter | null> };
  globals: Record<string, unknown>;
}

/** What an adapter says of itself. */
export interface AdapterInfo {
  vendor: string;
  architecture: string;
  device: string;
  /** The driver. */
  description: string;
  isFallbackAdapter?: boolean;
}

interface Adapter extends Omit<GPUAdapter, 'requestAdapterInfo'> {
  info: AdapterInfo;
}

/** A GPU that is ready to compute. */
export interface Gpu {
  device: GPUDevice;
  info: AdapterInfo;
  version: string;
}

/** There is no adapter, or none that may be used. */
export class NoAdapterError extends Error {}

/** Adapters live as long as what made them. */
const kept: unknown[] = [];

/**
 * A GPU through Dawn: Vulkan under Linux, Metal under macOS, Direct3D under Windows.
 * @param load finds the package
 * @throws NoAdapterError where there is none; Error where the package is not installed or does not load on this machine
 */
export async function openGpu(load = requireOf(ADDABLE.webgpu)): Promise<Gpu> {
  const path = load.resolve('webgpu');
  requireWholeBinaries(ADDABLE.webgpu, load);
  const { version } = load('webgpu/package.json') as { version: string };
  const mayBeSoftware = process.env[SOFTWARE_SETTING] === '1';
  const fault = process.platform === 'linux' ? vulkanFault(mayBeSoftware) : undefined;
  if (fault) throw new NoAdapterError(`no GPU was found: ${fault}`);
  const dawn = (await import(pathToFileURL(path).href)) as Dawn;
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  kept.push(gpu);
  const adapter = await turns.wait(() => gpu.requestAdapter({ powerPreference: 'high-performance' }));
  if (!adapter) throw new NoAdapterError('no GPU was found');
  const { info } = adapter;
  if (isSoftware(info) && !mayBeSoftware)
    throw new NoAdapterError(
      `there is no GPU; ${info.description} computes in software, and ${SOFTWARE_SETTING}=1 allows it`,
    );
  const requiredLimits = wantedLimits(adapter.limits);
  const device = await turns.wait(() => adapter.requestDevice({ requiredLimits }));
  return { device, info, version };
}

/** Whether the processor itself computes, slower than our other engines do. */
export function isSoftware({ vendor, device, description, isFallbackAdapter }: AdapterInfo): boolean {
  return (
    isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${vendor} ${device} ${description}`)
  );
}

/** In one line why it is not there, and what brings it. */
export function webgpuAbsence(error: NodeJS.ErrnoException): { detail: string; todo?: string } {
  const [first] = error.message.split('\n');
  if (error instanceof NoAdapterError) return { detail: first };
  const isMissing = /MODULE_NOT_FOUND$/.test(error.code ?? '');
  const missing = isMissing && WEBGPU_PACKAGES.find((name) => first.includes(`'${name}`));
  const reason = isMissing ? `it has no binary for ${process.platform} on ${process.arch}` : first;
  const detail = missing ? `${missing} is not installed` : `webgpu is installed but does not load: ${reason}`;
  return { detail, todo: commandFor(ADDABLE.webgpu) };
}

/** Most of what the card grants: tensors in whole, and as many in one program as it can. */
function wantedLimits(limits: GPUSupportedLimits): Record<string, number> {
  const names = [
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxStorageBuffersPerShaderStage',
    'maxComputeWorkgroupStorageSize',
    'maxComputeWorkgroupsPerDimension',
    'maxComputeWorkgroupSizeX',
    'maxComputeInvocationsPerWorkgroup',
  ] as const;
  return Object.fromEntries(names.map((name) => [name, limits[name]]));
}
