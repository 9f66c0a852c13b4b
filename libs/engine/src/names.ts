/** From the fastest to the one that always works. */
export const ENGINE_NAMES = ['webgpu', 'tensorflow-gpu', 'onnx', 'tensorflow', 'wasm', 'cpu'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
