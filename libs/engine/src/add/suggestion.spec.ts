import { expect, it } from 'vitest';
import { type EngineState } from '../engine.ts';
import { ADDABLE } from './catalogue.ts';
import { commandFor, presentFolder } from './folders.ts';
import { choiceOf, fasterEngine } from './suggestion.ts';

const state = (name: EngineState['name'], available: boolean): EngineState => ({ name, available, detail: '' });

it('a faster engine is suggested where WASM is in use, and only one that runs on this platform', () => {
  for (const used of ['tensorflow-gpu', 'tensorflow', 'onnx', 'cpu']) expect(fasterEngine(used)).toBeUndefined();
  const line = fasterEngine('wasm');
  if (presentFolder(ADDABLE.onnx)) expect(line).toBeUndefined();
  else if (commandFor(ADDABLE.onnx)) expect(line).toMatch(/`ehrsynth engine add onnx` installs it \(\d+ MB, by npm\)/);
  else expect(line).toBeUndefined();
});

it('says which engine is used, and why none before it is', () => {
  const native = [state('tensorflow-gpu', false), state('onnx', true), state('tensorflow', true), state('wasm', true)];
  expect(choiceOf(native)).toMatch(/^onnx is used .+ \(unavailable: tensorflow-gpu\)\.$/);
  const software = [{ ...state('webgpu', true), isSoftware: true }, state('onnx', false), state('wasm', true)];
  expect(choiceOf(software)).toMatch(/^wasm is used .+\(unavailable: onnx; computing in software: webgpu\)\.$/);
  expect(choiceOf([state('wasm', false)])).toBe('No engine runs here.');
});
