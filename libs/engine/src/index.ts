export { startEngine, surveyEngines, ENGINE_NAMES, type EngineName, type EngineState } from './engine.ts';
export { dense, glorotUniform, type Dense } from './dense.ts';
export { BatchNorm } from './batch-norm.ts';
export { crossEntropy, squaredError, logisticLoss, l2 } from './losses.ts';
export { trainStep } from './train-step.ts';
export { WeightStore, readWeights } from './weights.ts';
export * as tf from '@tensorflow/tfjs-core';
