import { Worker } from 'node:worker_threads';
import type { Crash, FuzzPart, Outcome } from './part.ts';
import type { FuzzTask } from './worker.ts';

/** A step that takes longer hangs. */
const STEP_SECONDS = 300;
const HEAP_MB = 1024;
/** The threads of the engine and of parsers have the stack that Node's main thread has. */
const STACK_MB = 4;

export interface PartResult {
  outcomes: Map<string, number>;
  crashes: Crash[];
}

/** Runs the steps of a part in a thread that is watched: a step that hangs or uses up the memory is a crash, and the next one follows. */
export async function runPart(
  part: FuzzPart,
  folder: string,
  seed: number,
  steps: number,
  onStep: (step: number) => void,
): Promise<PartResult> {
  const result: PartResult = { outcomes: new Map(), crashes: [] };
  for (let from = 0; from < steps;) {
    const { at, fault } = await runFrom({ part: part.name, folder, seed, from, to: steps }, result, onStep);
    if (fault !== undefined) result.crashes.push({ mutation: `step ${at}`, error: fault });
    from = at + 1;
  }
  return result;
}

/** From a step on: until all are done, or one takes the thread with it. */
function runFrom(
  task: FuzzTask,
  { outcomes, crashes }: PartResult,
  onStep: (step: number) => void,
): Promise<{ at: number; fault?: string }> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, stackSizeMb: STACK_MB },
    });
    let at = task.from;
    let watch: NodeJS.Timeout;
    const end = (fault?: string) => {
      clearTimeout(watch);
      void worker.terminate();
      resolve({ at, fault });
    };
    const watched = () => {
      clearTimeout(watch);
      watch = setTimeout(() => end(`did not end within ${STEP_SECONDS} s`), 1000 * STEP_SECONDS);
    };
    watched();
    worker.on('message', (message: { step: number; outcomes?: Outcome[]; crashes?: Crash[] }) => {
      watched();
      at = message.step;
      for (const { what, times } of message.outcomes ?? []) {
        outcomes.set(what, (outcomes.get(what) ?? 0) + times);
      }
      crashes.push(...(message.crashes ?? []));
      if (message.outcomes) onStep(at);
      if (message.outcomes && at === task.to - 1) end();
    });
    worker.on('error', (error) =>
      end(
        String(error.stack ?? error)
          .split('\n')
          .slice(0, 3)
          .join(' / '),
      ),
    );
    worker.on('exit', () => end('the thread ended'));
  });
}
