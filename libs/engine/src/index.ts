export { engineDrained, startEngine, surveyEngines, type EngineState } from './engine.ts';
export { ENGINE_NAMES, type EngineName } from './names.ts';
export {
  activate,
  averagedDense,
  dense,
  denseLayer,
  glorotUniform,
  type AveragedDense,
  type Dense,
} from './ops/linear.ts';
export { add, gradients, reshaped } from './ops/operation.ts';
export { exponential, logSum, over, scaled, times, withinUnit } from './ops/elementwise.ts';
export { gaussianTilt, gaussianTiltOf } from './ops/gaussian.ts';
export { repeatedRows } from './ops/rows.ts';
export { runningDense } from './ops/running.ts';
export { BatchNorm } from './ops/batch-norm.ts';
export { boundaryLoss, crossEntropy, squaredError, logisticLoss, type Telling } from './ops/losses.ts';
export {
  choiceGradients,
  choiceLoss,
  choiceLosses,
  choiceLossesOf,
  type Choices,
  masked,
  weighted,
} from './ops/intervals.ts';
export {
  DrawingNetwork,
  type DrawingParts,
  type LayerNumbers,
  type WeightedTokens,
  type DrawingTrunk,
} from './drawing-network.ts';
export { latentDivergence, latentDraw, latentLoss } from './ops/latent.ts';
export {
  addRow,
  beside,
  rowNormal,
  rowNormalSlope,
  scaledMean,
  gradientPenalty,
  transposedDense,
} from './ops/slope.ts';
export { threadsSetting } from './threads.ts';
export { Adam, follow, type AdamOptions } from './adam.ts';
export { variable } from './variable.ts';
export { SparseBatch, type Csr } from './sparse.ts';
export { expectShapes, readWeights, weightFiles, WeightStore } from './weights.ts';
export { checkArithmetic, type PartCheck, type Sizes } from './self-check.ts';
export * as tf from '@tensorflow/tfjs-core';
export { ADDABLE, ADDABLE_NAMES, type AddableEngine, type AddableName, PLATFORM } from './add/catalogue.ts';
export { addEngine, type AddedEngine, type AddEngineOptions } from './add/add-engine.ts';
export { npmInstall } from './add/npm.ts';
export { commandFor, folderOf, presentFolder } from './add/folders.ts';
export { removeEngine } from './add/remove-engine.ts';
export { choiceOf, fasterEngine } from './add/suggestion.ts';
export type { Folded, Activation } from './arithmetic/arithmetic.ts';
