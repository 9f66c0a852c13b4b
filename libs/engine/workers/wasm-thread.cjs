// One thread of TensorFlow.js's WASM engine under Node: its own worker text, which expects to be a script of the browser's.
const {
  wasmWorkerContents,
} = require('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js');

globalThis.require = require;
globalThis.__filename = __filename;
// The package keeps the text in a template literal, which turned its \n into line ends.
(0, eval)(wasmWorkerContents.replace(/\n/g, '\\n'));
