import { parentPort, workerData } from 'node:worker_threads';
import { FILES } from './files.ts';
import { RESOURCES } from './resources.ts';

export interface FuzzTask {
  part: string;
  folder: string;
  seed: number;
  from: number;
  to: number;
}

/** Works through the steps of a part, and says of each what came of it. */
const { part: name, folder, seed, from, to } = workerData as FuzzTask;
const part = [...RESOURCES, ...FILES].find((one) => one.name === name)!;
const perform = await part.open(folder, seed);
for (let step = from; step < to; step++) {
  parentPort!.postMessage({ step });
  parentPort!.postMessage({ step, ...(await perform(step)) });
}
