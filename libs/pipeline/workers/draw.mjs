/** One thread of `generate`: opens the model once, then draws chunk by chunk the rows that it is sent, in their order. */
import { parentPort, workerData } from 'node:worker_threads';
import { drawChunks } from '../dist/generation/draw-chunks.js';
import { openGeneration } from '../dist/generation/generation.js';

const generation = openGeneration(workerData.model, workerData.seed, workerData.engine);
let last = generation;

parentPort.on('message', (range) => {
  last = last.then(async () => {
    for await (const chunk of drawChunks([range], await generation, workerData)) {
      const { records, indptr, indices, values } = chunk;
      const moved = [records, indptr, indices, values].map(({ buffer }) => buffer);
      parentPort.postMessage(chunk, moved);
    }
  });
});
